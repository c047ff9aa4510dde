import { findBox, type LoadedBox } from '../../isobmff/box-tree.ts';
import { readCompositionOffsets } from '../../isobmff/ctts.ts';
import { listChunks } from '../../isobmff/sample-chunks.ts';
import { readSampleSizes } from '../../isobmff/sample-sizes.ts';
import { readSyncSamples } from '../../isobmff/stss.ts';
import { readSampleDurations } from '../../isobmff/stts.ts';
import { PackagingError } from '../packaging-error.ts';
import type { ColumnBuilder } from './sample-columns.ts';

/** Durations above this are negative ones of programs that use the field as signed. */
const MAX_DURATION = 0x7fff_ffff;

/** Where samples go. */
interface TableTarget {
  readonly columns: ColumnBuilder;
  /** Length of the file. */
  readonly sourceBytes: number;
}

/**
 * Appends the samples of a track's tables: ISO/IEC 14496-12:2022, 8.6 and 8.7.
 *
 * @param sampleTable `stbl`; a track whose samples are all in fragments has empty tables
 * @throws PackagingError `damaged`, `bad_times`, `over_budget`; IsobmffError `field_beyond_box`
 */
export function appendTableSamples(sampleTable: LoadedBox, { columns, sourceBytes }: TableTarget): void {
  const sizes = readSampleSizes(sampleTable);
  if (sizes.count === 0) return;
  // A sample takes a byte at least; without this check, a few bytes could claim four billion.
  if (sizes.count > Math.min(sizes.held, sourceBytes))
    throw new PackagingError('damaged', `A track claims ${sizes.count} samples, more than its table or the file holds.`);
  columns.reserve(sizes.count);
  const [stts, ctts, stss] = ['stts', 'ctts', 'stss'].map((type) => findBox(sampleTable, type));
  if (stts === undefined) throw new PackagingError('damaged', 'A track with samples has no stts box.');
  const durations = readSampleDurations(stts, sizes.count);
  const offsets = ctts && readCompositionOffsets(ctts, sizes.count);
  const keys = stss && readSyncSamples(stss, sizes.count);
  let appended = 0;
  for (const chunk of listChunks(sampleTable)) {
    let offset = chunk.offset;
    for (let sample = chunk.first; sample < chunk.first + chunk.count; sample += 1) {
      const [size, duration] = [sizes.of(sample), durations[sample] ?? 0];
      if (duration > MAX_DURATION) throw new PackagingError('bad_times', `Sample ${sample} has the duration ${duration}.`);
      columns.push({
        offset,
        size,
        duration,
        compositionOffset: offsets?.[sample] ?? 0,
        isKey: keys === undefined || keys[sample] === 1,
        entry: chunk.entry,
      });
      offset += size;
    }
    appended += chunk.count;
  }
  if (appended < sizes.count)
    throw new PackagingError('damaged', `The chunks of a track hold ${appended} of its ${sizes.count} samples.`);
}
