import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';

export interface Edit {
  /** Duration, ticks of the movie's timescale; 0 means "to the end" in fragmented files. */
  readonly segmentDuration: number;
  /** Start in the media, ticks of the track's timescale; -1 for a gap. */
  readonly mediaTime: number;
  /** Speed; 1 is normal. */
  readonly rate: number;
}

/** Limit of edits, above what an editing program writes into a finished file. */
const MAX_EDITS = 10_000;

/** Reads ISO/IEC 14496-12:2022, 8.6.6 Edit List Box. */
export function parseElst(box: LoadedBox): readonly Edit[] {
  const reader = readerOf(box);
  const { version } = reader.fullBox();
  const count = reader.u32();
  if (count > MAX_EDITS)
    throw new IsobmffError(
      'bad_value',
      `An edit list claims ${count} entries, more than the ${MAX_EDITS} allowed.`,
      'elst',
    );
  const edits: Edit[] = [];
  for (let index = 0; index < count; index += 1) {
    const segmentDuration = version === 1 ? reader.u64() : reader.u32();
    const mediaTime = version === 1 ? reader.i64() : reader.i32();
    edits.push({ segmentDuration, mediaTime, rate: reader.i16() + reader.u16() / 0x1_0000 });
  }
  return edits;
}
