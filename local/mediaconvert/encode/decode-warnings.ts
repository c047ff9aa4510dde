import type { JobRecord } from '../jobs/job-record.ts';
import type { ProbedFile } from '../probe/ffprobe.ts';

/**
 * Warnings of MediaConvert about input that it cannot read or decode completely.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html
 */
const TRUNCATED = 220_000;
const AUDIO_NOT_DECODED = 230_006;
/** Documented for MP4 input only. */
const MP4_VIDEO_NOT_DECODED = 230_008;

/** ffmpeg's message for an undecodable packet names its stream: by number until 6.0, also by type since 6.1. */
const UNDECODABLE_PACKET = /Error while decoding stream #0:(\d+)|[av]ist#0:(\d+)\/.*Error submitting packet to decoder/;
/** Messages for frames of H.264, H.265, MPEG-2 and MPEG-4 that ffmpeg shows although they, or their references, are damaged. */
const DAMAGED_FRAME =
  /error while decoding MB|Missing reference picture|Could not find ref with POC|Invalid NAL unit size|(?:ac-tex|mb_type|slice) damaged/i;
const CUT_OFF = /File ended prematurely|partial file/;

/**
 * Returns the warnings of a job if ffmpeg could decode only part of its input.
 *
 * @param stderr errors that ffmpeg printed; earlier ones may be cut off
 * @param demuxer ffmpeg's name of the container
 */
export function findDecodeWarnings(stderr: string, { streams }: ProbedFile, demuxer: string): JobRecord['warnings'] {
  const counts = new Map<number, number>();
  const count = (code: number): void => void counts.set(code, (counts.get(code) ?? 0) + 1);
  for (const line of stderr.split('\n')) {
    const [isUndecodable, before61, since61] = UNDECODABLE_PACKET.exec(line) ?? [];
    const type = DAMAGED_FRAME.test(line)
      ? 'video'
      : isUndecodable && streams.find(({ index }) => index === Number(before61 ?? since61))?.codec_type;
    if (CUT_OFF.test(line)) count(TRUNCATED);
    if (type === 'audio') count(AUDIO_NOT_DECODED);
    if (type === 'video' && demuxer === 'mov') count(MP4_VIDEO_NOT_DECODED);
  }
  return [...counts].map(([code, number]) => ({ code, count: number }));
}
