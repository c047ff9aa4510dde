import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { readFlv } from '../../media/flv/read-flv.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/**
 * Reads the facts of a Flash video from its own tags: the encoder reads the container, but its probe does not recognize it.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html, "Format"
 *
 * @throws UploadRejectedError `no_video_track`, `unsupported_codec`
 */
export async function flvFacts(source: ByteSource): Promise<SourceFacts> {
  const { durationSeconds, video, audio } = await readFlv(source);
  if (video === undefined) throw new UploadRejectedError('no_video_track');
  const { codec, width, height } = video;
  if (codec === 'UNKNOWN' || width === undefined || height === undefined)
    throw new UploadRejectedError('unsupported_codec');
  return {
    container: 'flv',
    ...(durationSeconds === undefined ? {} : { durationMs: Math.round(durationSeconds * 1000) }),
    video: { ...video, width, height },
    audio: audio === undefined ? [] : [audio],
  };
}
