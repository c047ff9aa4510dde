import type { ByteSource } from '../byte-source.ts';
import type { StatedPicture } from '../picture/picture.ts';
import { findStatedPicture } from '../picture/stated-picture.ts';
import { type VisualEntry, withAspect, withColors } from './visual-entries.ts';

/** Bytes of a sample that hold its parameter sets. */
const SAMPLE_HEAD_BYTES = 4096;

/** Reads the picture that a sample states. Returns undefined if it states none. */
export async function statedPictureAt(
  source: ByteSource,
  offset: number,
  { codec, framing, pixelAspect, colors }: VisualEntry,
): Promise<StatedPicture | undefined> {
  const stated = codec && findStatedPicture(codec, await source.read(offset, SAMPLE_HEAD_BYTES), framing);
  return stated && withColors(withAspect(stated, pixelAspect), colors);
}
