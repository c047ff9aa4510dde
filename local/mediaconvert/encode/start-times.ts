import { type Rational, valueOf } from '../../../media/rational.ts';
import type { EncodePlan } from './encode-plan.ts';
import type { ProbeOptions } from '../probe/ffprobe.ts';
import { hasPackets, measureFirstFrameTime } from '../probe/first-frame-time.ts';
import { JobFailedError } from '../jobs/job-failed-error.ts';

/**
 * Start times of the outputs. Each output is encoded from its own first frame; its start time is written into its fragments
 * afterwards.
 */
export interface StartTimes {
  /** Time of the first decodable frame of the video in the source, seconds. */
  readonly sourceSeconds: number;
  /** Start of all video renditions, seconds of the presentation. */
  readonly videoSeconds: number;
  /** Black frames before the first frame of the source. */
  readonly blackFrames: number;
  /** Starts of audio by index of the source stream. */
  readonly audio: ReadonlyMap<number, AudioStart>;
}

export interface AudioStart {
  readonly startSeconds: number;
  /** Silence to insert before the first sample, for audio that begins long after the video. */
  readonly silenceSeconds: number;
  /** Audio to cut, for audio that begins long before the video. */
  readonly trimSeconds: number;
}

/**
 * Maximum gap between audio and video that outputs keep; a longer one is closed. Browsers play a video whose audio or video
 * begins up to a second late; beyond that they wait at zero forever.
 */
const MAX_GAP_SECONDS = 0.5;
/** Maximum gap that counts as none: timestamps of some containers are whole milliseconds. */
export const MAX_ROUNDING_SECONDS = 0.0015;
/** Maximum gap without a black frame: nearly every file has one, and nobody notices. */
const MAX_UNPADDED_SECONDS = 0.05;

/**
 * Measures when the source's audio and video begin.
 *
 * @throws JobFailedError if the video or an audio stream cannot be decoded at all
 */
export async function measureStartTimes(plan: EncodePlan, options: ProbeOptions): Promise<StartTimes> {
  const streams = [...new Set(plan.audios.map(({ stream }) => stream.index))];
  const [video, ...audios] = await Promise.all(
    [plan.video.index, ...streams].map((index) => measureFirstFrameTime(plan.media, index, options)),
  );
  if (video === undefined) throw new JobFailedError('nothingDecoded');
  const silent = streams.find((index, position) => !isDecoded(plan, index, audios[position]));
  if (silent !== undefined) throw await silenceError(plan, silent, options);
  const gaps = new Map(streams.map((index, position) => [index, (audios[position] ?? video) - video]));
  return { sourceSeconds: video, ...(plan.padsVideo ? padStarts(gaps, plan.frameRate) : deriveStartTimes(gaps)) };
}

/** Number of samples within which the decoder of Dolby audio must find a frame header: 100 frames of 1,536. */
const DOLBY_SAMPLES = 100 * 1536;

/**
 * Returns whether the encoder accepts an audio stream whose decoding begins late: "The transcoder couldn't decode the audio
 * frame header in the first 100 frames of your input" is an error of Dolby audio.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html, 1092
 */
function isDecoded({ audios }: EncodePlan, index: number, firstFrameSeconds: number | undefined): boolean {
  if (firstFrameSeconds === undefined) return false;
  const stream = audios.find((audio) => audio.stream.index === index)?.stream;
  const { codec_name: codec = '', start_time: start = firstFrameSeconds, sample_rate: sampleRate = 0 } = stream ?? {};
  return !/^e?ac3$/.test(codec) || (firstFrameSeconds - start) * sampleRate < DOLBY_SAMPLES;
}

/**
 * Returns the error for an audio stream that cannot be decoded. As in MediaConvert, one such stream fails the whole job:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html, 1021 and 1092.
 */
async function silenceError({ media, audios }: EncodePlan, index: number, options: ProbeOptions): Promise<JobFailedError> {
  if (await hasPackets(media, index, options)) return new JobFailedError('audioNotDecoded');
  const audio = audios.find(({ stream }) => stream.index === index);
  return new JobFailedError('noAudioFrames', `[selector-(${audio?.description.audioSourceName})-track-${audio?.track}-drc]`);
}

/** Start times of the outputs, without the source's. */
type OutputStarts = Omit<StartTimes, 'sourceSeconds'>;

/**
 * Returns by how much audio must outlast the video, at either end, to be covered by black frames: a whole frame, since
 * "MediaConvert generates full video frames".
 */
export function minPaddedSeconds(frameRate: Rational): number {
  return Math.min(1 / valueOf(frameRate), MAX_UNPADDED_SECONDS) - MAX_ROUNDING_SECONDS;
}

/**
 * Derives start times for outputs with padded video: everything begins together. Black frames precede the video if audio
 * begins before it, and silence precedes audio that begins later. A gap of less than a frame remains.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-padding.html
 *
 * @param gaps seconds from the start of the video to that of each audio stream, by stream index
 */
export function padStarts(gaps: ReadonlyMap<number, number>, frameRate: Rational): OutputStarts {
  const lead = Math.max(0, ...[...gaps.values()].map((gap) => -gap));
  const isPadded = lead >= minPaddedSeconds(frameRate);
  const blackFrames = isPadded ? Math.ceil((lead - MAX_ROUNDING_SECONDS) * valueOf(frameRate)) : 0;
  const videoSeconds = isPadded || lead <= MAX_ROUNDING_SECONDS ? 0 : lead;
  const pictureSeconds = videoSeconds + blackFrames / valueOf(frameRate);
  const audio = new Map<number, AudioStart>();
  for (const [index, gap] of gaps) {
    const silence = pictureSeconds + gap;
    audio.set(index, {
      startSeconds: 0,
      silenceSeconds: silence > MAX_ROUNDING_SECONDS ? silence : 0,
      trimSeconds: 0,
    });
  }
  return { videoSeconds, blackFrames, audio };
}

/**
 * Derives start times for outputs whose video is not padded.
 *
 * @param gaps seconds from the start of the video to that of each audio stream, by stream index
 */
export function deriveStartTimes(gaps: ReadonlyMap<number, number>): OutputStarts {
  const kept = [...gaps.values()].filter(
    (gap) => Math.abs(gap) <= MAX_GAP_SECONDS && Math.abs(gap) > MAX_ROUNDING_SECONDS,
  );
  const videoSeconds = Math.max(0, ...kept.map((gap) => -gap));
  const audio = new Map<number, AudioStart>();
  for (const [index, gap] of gaps) {
    const isKept = kept.includes(gap);
    audio.set(index, {
      startSeconds: videoSeconds + (isKept ? gap : 0),
      silenceSeconds: isKept ? 0 : gap > MAX_GAP_SECONDS ? gap : 0,
      trimSeconds: isKept ? 0 : gap < -MAX_GAP_SECONDS ? -gap : 0,
    });
  }
  return { videoSeconds, blackFrames: 0, audio };
}
