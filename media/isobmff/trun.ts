import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';

export interface TrackRun {
  readonly sampleCount: number;
  /** Duration of all samples together, ticks. */
  readonly duration: number;
  /** Composition offset of the first sample, ticks. */
  readonly firstCompositionOffset: number;
  /** Flags of the first sample; undefined if `tfhd` or `trex` decides. */
  readonly firstSampleFlags: number | undefined;
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.8.8 Track Run Box.
 *
 * @param defaultDuration duration of samples for which the run states none, ticks
 */
export function parseTrun(box: LoadedBox, defaultDuration: number): TrackRun {
  const reader = readerOf(box);
  const { version, flags } = reader.fullBox();
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const sampleCount = reader.u32();
  if (has(0x1)) reader.skip(4);
  let firstSampleFlags = has(0x4) ? reader.u32() : undefined;
  const fields = [0x100, 0x200, 0x400, 0x800].filter(has).length;
  if (fields > 0 && sampleCount * fields * 4 > reader.remaining) {
    throw new IsobmffError('field_beyond_box', `A run claims ${sampleCount} samples and holds fewer.`, 'trun');
  }
  let duration = has(0x100) ? 0 : sampleCount * defaultDuration;
  let firstCompositionOffset = 0;
  const described = fields === 0 ? 0 : sampleCount;
  for (let index = 0; index < described; index += 1) {
    if (has(0x100)) duration += reader.u32();
    if (has(0x200)) reader.skip(4);
    const sampleFlags = has(0x400) ? reader.u32() : undefined;
    const offset = !has(0x800) ? 0 : version === 0 ? reader.u32() : reader.i32();
    if (index === 0) {
      firstCompositionOffset = offset;
      firstSampleFlags ??= sampleFlags;
    }
  }
  return { sampleCount, duration, firstCompositionOffset, firstSampleFlags };
}
