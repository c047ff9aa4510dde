import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { readFlv } from '../../media/flv/read-flv.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/**
 * The facts of a Flash video by its own tags: the encoder reads the container, but its probe does not know it.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html, "Format"
 *
 * @throws UploadRejectedError `no_video_track`, `unsupported_codec`
 */
export async function flvFacts(source: ByteSource): Promise<SourceFacts> {
  const { durationSeconds, video, audio } = await readFlv(source);
  if (video === undefined) throw new UploadRejectedError('no_video_track');
  const { codec, width, height, pixelAspect, frameRate, interlaced, bitDepth } = video;
  if (codec === 'UNKNOWN' || width === undefined || height === undefined) throw new UploadRejectedError('unsupported_codec');
  return {
    container: 'flv',
    ...(durationSeconds === undefined ? {} : { durationMs: Math.round(durationSeconds * 1000) }),
    video: {
      codec,
      width,
      height,
      ...(pixelAspect === undefined ? {} : { pixelAspect }),
      rotation: 0,
      ...(frameRate === undefined ? {} : { frameRate }),
      variableFrameRate: false,
      interlaced,
      highDynamicRange: false,
      bitDepth,
    },
    audio: audio === undefined ? [] : [audio],
  };
}
