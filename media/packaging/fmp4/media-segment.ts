import { concatBytes, fourCc, u32 } from '../../byte-writer.ts';
import { writeBox, writeFullBox } from '../../isobmff/box-writer.ts';
import { writeTfdt } from '../../isobmff/tfdt.ts';
import { writeTfhd } from '../../isobmff/tfhd.ts';
import { setDataOffset, type WrittenRun, writeTrun } from '../../isobmff/trun.ts';
import type { SourceIndex } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { bytesAt, joinRanges } from '../segments/byte-range.ts';
import { type PackagedSegment, readChosenSamples, type SegmentChoice } from '../segments/packaged-segment.ts';
import { contiguousRuns, type SegmentSamples } from '../segments/segment-samples.ts';
import { trackIdOf } from './init-segment.ts';

/** Flags of a sample at which decoding can begin, and of one at which it cannot: ISO/IEC 14496-12:2022, 8.8.3.1. */
const [KEY_FLAGS, DEPENDENT_FLAGS] = [0x0200_0000, 0x0101_0000];

/** Headers of `moof`, `mfhd` with its number, `traf` and `mdat`. */
const MIN_SEGMENT_BYTES = 8 + 16 + 8 + 8;

/** A media segment whose length is known before its media is read. */
export interface Fmp4Segment extends PackagedSegment {
  /** Length of the segment, bytes. */
  readonly bytes: number;
}

/**
 * Plans a media segment: one movie fragment, ISO/IEC 14496-12:2022, 8.8, with the samples of each track in decoding order. Copies no
 * media: it is written from the buffers that were read.
 *
 * @throws PackagingError `no_such_segment`, `no_tracks`, `segment_too_large`, `index_damaged`
 */
export function planFmp4Segment(index: SourceIndex, choice: SegmentChoice): Fmp4Segment {
  const samples = readChosenSamples(index, choice);
  const runs = samples.flatMap(contiguousRuns);
  const ranges = joinRanges(runs, choice.joinGapBytes);
  const mediaBytes = runs.reduce((sum, { length }) => sum + length, 0);
  const moof = writeMoof(index, samples, choice.segment + 1);
  const head = concatBytes([moof, u32(mediaBytes + 8), fourCc('mdat')]);
  const assemble = (read: readonly Uint8Array[]): readonly Uint8Array[] => [
    head,
    ...runs.map((run) => {
      const bytes = bytesAt(ranges, read, run);
      if (bytes !== undefined) return bytes;
      throw new PackagingError('media_missing', `The source has no ${run.length} bytes at ${run.offset}.`);
    }),
  ];
  return { ranges, bytes: head.length + mediaBytes, assemble };
}

/** Writes ISO/IEC 14496-12:2022, 8.8.4 Movie Fragment Box. */
function writeMoof(index: SourceIndex, samples: readonly SegmentSamples[], sequenceNumber: number): Uint8Array {
  const mfhd = writeFullBox('mfhd', 0, 0, u32(sequenceNumber));
  const trafs = samples.map((track) => writeTrackFragment(track, trackIdOf(index, track.track)));
  const length = trafs.flat().reduce((sum, box) => sum + box.length, 8 + mfhd.length + 8 * trafs.length);
  // Offsets count from the start of the box, past the header of the media data.
  let dataOffset = length + 8;
  for (const [position, { sizes }] of samples.entries()) {
    const [, , trun] = trafs[position] ?? [];
    if (trun !== undefined) setDataOffset(trun, dataOffset);
    dataOffset += sizes.reduce((sum, size) => sum + size, 0);
  }
  return writeBox('moof', mfhd, ...trafs.map((boxes) => writeBox('traf', ...boxes)));
}

/**
 * Writes the boxes of ISO/IEC 14496-12:2022, 8.8.6 Track Fragment Box: header, decoding time and run. Defaults stand for what all
 * samples have in common.
 */
function writeTrackFragment(samples: SegmentSamples, trackId: number): readonly Uint8Array[] {
  const { header, run } = fieldsOf(samples);
  const tfhd = writeTfhd({ trackId, ...header });
  // Browsers refuse a fragment without a decoding time, even if it has no samples: ISO BMFF Byte Stream Format of MSE, 4.
  const tfdt = writeTfdt(samples.decodeTime);
  return run === undefined ? [tfhd, tfdt] : [tfhd, tfdt, writeTrun(run)];
}

/** Returns the length of a segment with these samples alone, without writing it. */
export function fmp4SegmentBytes(samples: SegmentSamples): number {
  const { header, run } = fieldsOf(samples);
  let length = MIN_SEGMENT_BYTES + writeTfhd({ trackId: 1, ...header }).length + writeTfdt(samples.decodeTime).length;
  if (run === undefined) return length;
  const columns = [run.durations, run.sizes, run.flags, run.compositionOffsets].filter((column) => column !== undefined);
  length += writeTrun({ ...run, sampleCount: 0 }).length + 4 * samples.count * columns.length;
  return samples.sizes.reduce((sum, size) => sum + size, length);
}

interface FragmentFields {
  readonly header: Omit<Parameters<typeof writeTfhd>[0], 'trackId'>;
  readonly run?: WrittenRun;
}

/** Returns the fields of a track fragment's header and, unless it is empty, its run. */
function fieldsOf(samples: SegmentSamples): FragmentFields {
  const { count, durations, sizes, compositionOffsets, keys } = samples;
  if (count === 0) return { header: { isEmpty: true, sampleDuration: undefined, sampleSize: undefined, sampleFlags: undefined } };
  const [isEqualDuration, isEqualSize] = [hasOneValue(durations), hasOneValue(sizes)];
  const { sampleFlags, firstSampleFlags, flags } = flagsOf(keys);
  return {
    header: {
      isEmpty: false,
      sampleDuration: isEqualDuration ? durations[0] : undefined,
      sampleSize: isEqualSize ? sizes[0] : undefined,
      sampleFlags,
    },
    run: {
      dataOffset: 0,
      sampleCount: count,
      firstSampleFlags,
      durations: isEqualDuration ? undefined : durations,
      sizes: isEqualSize ? undefined : sizes,
      flags,
      compositionOffsets: hasOneValue(compositionOffsets) && compositionOffsets[0] === 0 ? undefined : compositionOffsets,
    },
  };
}

function hasOneValue(values: Uint32Array): boolean {
  return values.every((value) => value === values[0]);
}

function flagsOf(keys: Uint8Array) {
  if (keys.every((key) => key === 1)) return { sampleFlags: KEY_FLAGS };
  const isFirstOnly = keys[0] === 1 && keys.lastIndexOf(1) === 0;
  if (isFirstOnly) return { sampleFlags: DEPENDENT_FLAGS, firstSampleFlags: KEY_FLAGS };
  return { flags: Uint32Array.from(keys, (key) => (key === 1 ? KEY_FLAGS : DEPENDENT_FLAGS)) };
}
