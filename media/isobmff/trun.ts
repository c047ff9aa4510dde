import { type LoadedBox, readerOf } from './box-tree.ts';
import { u32 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { IsobmffError } from './isobmff-error.ts';

export interface TrackRun {
  readonly sampleCount: number;
  /** Duration of all samples together, ticks. */
  readonly duration: number;
  /** Composition offset of the first sample, ticks. */
  readonly firstCompositionOffset: number;
  /** Offset of the first sample from the base of the fragment's data, in bytes; undefined if the run follows another one. */
  readonly dataOffset: number | undefined;
  /** Bytes; undefined if `tfhd` or `trex` decides. */
  readonly firstSampleSize: number | undefined;
  /** Flags of the first sample; undefined if `tfhd` or `trex` decides. */
  readonly firstSampleFlags: number | undefined;
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.8.8 Track Run Box.
 *
 * @param defaultDuration duration of samples for which the run states none, ticks
 */
export function parseTrun(box: LoadedBox, defaultDuration: number): TrackRun {
  const { sampleCount, dataOffset, firstSampleFlags, statesDuration, samples } = readRun(box, defaultDuration);
  let duration = statesDuration ? 0 : sampleCount * defaultDuration;
  let first: RunSample | undefined;
  for (const sample of samples) {
    first ??= sample;
    if (!statesDuration) break;
    duration += sample.ticks;
  }
  return {
    sampleCount,
    duration,
    firstCompositionOffset: first?.compositionOffset ?? 0,
    dataOffset,
    firstSampleSize: first?.size,
    firstSampleFlags: firstSampleFlags ?? first?.flags,
  };
}

/**
 * Lists the composition times of a run's samples, ticks after the decoding time of the first one. A run may claim four billion.
 *
 * @param defaultDuration duration of samples for which the run states none, ticks
 */
export function* compositionTimes(box: LoadedBox, defaultDuration: number): Generator<number, void> {
  let time = 0;
  for (const { ticks, compositionOffset } of readRun(box, defaultDuration).samples) {
    yield time + compositionOffset;
    time += ticks;
  }
}

/**
 * Lists the flags and durations of a run's samples. A run may claim four billion.
 *
 * @param defaults flags and duration, ticks, of samples for which the run states none
 */
export function* runSamples(
  box: LoadedBox,
  defaults: { readonly sampleFlags: number; readonly ticks: number },
): Generator<{ readonly flags: number; readonly duration: number }, void> {
  const { firstSampleFlags, samples } = readRun(box, defaults.ticks);
  let first = firstSampleFlags;
  for (const { flags, ticks } of samples) {
    yield { flags: first ?? flags ?? defaults.sampleFlags, duration: ticks };
    first = undefined;
  }
}

/** A sample of a run; fields are undefined where `tfhd` or `trex` decides. */
export interface RunSample {
  readonly ticks: number;
  readonly size: number | undefined;
  readonly flags: number | undefined;
  readonly compositionOffset: number;
}

/**
 * Reads a run's header, and its samples one by one. A run may claim four billion.
 *
 * @param defaultDuration duration of samples for which the run states none, ticks
 */
export function readRun(box: LoadedBox, defaultDuration: number) {
  const reader = readerOf(box);
  const { version, flags } = reader.fullBox();
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const sampleCount = reader.u32();
  const dataOffset = has(0x1) ? reader.i32() : undefined;
  const firstSampleFlags = has(0x4) ? reader.u32() : undefined;
  const fields = [0x100, 0x200, 0x400, 0x800].filter(has).length;
  if (fields > 0 && sampleCount * fields * 4 > reader.remaining) {
    throw new IsobmffError('field_beyond_box', `A run claims ${sampleCount} samples and holds fewer.`, 'trun');
  }
  function* readSamples(): Generator<RunSample, void> {
    for (let index = 0; index < sampleCount; index += 1) {
      const ticks = has(0x100) ? reader.u32() : defaultDuration;
      const size = has(0x200) ? reader.u32() : undefined;
      const sampleFlags = has(0x400) ? reader.u32() : undefined;
      const compositionOffset = !has(0x800) ? 0 : version === 0 ? reader.u32() : reader.i32();
      yield { ticks, size, flags: sampleFlags, compositionOffset };
    }
  }
  return { sampleCount, dataOffset, firstSampleFlags, statesDuration: has(0x100), samples: readSamples() };
}

/** Samples to write as one run. */
export interface WrittenRun {
  /** Bytes from the start of the `moof` box to the first sample. */
  readonly dataOffset: number;
  readonly sampleCount: number;
  /** Flags of the first sample, if they differ from those of the others. */
  readonly firstSampleFlags?: number | undefined;
  /** One value for each sample; undefined where `tfhd` states one for all, and for offsets of 0. */
  readonly durations?: Uint32Array | undefined;
  readonly sizes?: Uint32Array | undefined;
  readonly flags?: Uint32Array | undefined;
  /** None negative. */
  readonly compositionOffsets?: Uint32Array | undefined;
}

/** Writes ISO/IEC 14496-12:2022, 8.8.8 Track Run Box. */
export function writeTrun(run: WrittenRun): Uint8Array {
  const { dataOffset, sampleCount, firstSampleFlags, durations, sizes, flags, compositionOffsets } = run;
  const columns = [durations, sizes, flags, compositionOffsets];
  const stated = columns.filter((column) => column !== undefined);
  const first = firstSampleFlags === undefined ? [] : [firstSampleFlags];
  const bits = columns.reduce((sum, column, index) => sum + (column === undefined ? 0 : 0x100 << index), 0x1 + 0x4 * first.length);
  const head = writeFullBox('trun', 0, bits, u32(sampleCount, dataOffset, ...first));
  const bytes = new Uint8Array(head.length + 4 * sampleCount * stated.length);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  for (const [position, column] of stated.entries()) {
    let at = head.length + 4 * position;
    for (let sample = 0; sample < sampleCount; sample += 1, at += 4 * stated.length) view.setUint32(at, column[sample] ?? 0);
  }
  return bytes;
}

/** Sets the data offset of a box that `writeTrun` wrote, when the length of the boxes around it is known. */
export function setDataOffset(trun: Uint8Array, dataOffset: number): void {
  // Size, type, version and flags, and number of samples come before.
  new DataView(trun.buffer, trun.byteOffset).setUint32(16, dataOffset);
}
