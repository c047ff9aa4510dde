import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import { longDuration, shortDuration } from './mdhd.ts';

export interface MovieHeader {
  /** Ticks per second, also of the durations in edit lists. */
  readonly timescale: number;
  /** Ticks; 0 if not stated. */
  readonly duration: number;
}

/** Reads ISO/IEC 14496-12:2022, 8.2.2 Movie Header Box. */
export function parseMvhd(box: LoadedBox): MovieHeader {
  const reader = readerOf(box);
  const { version } = reader.fullBox();
  reader.skip(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) throw new IsobmffError('bad_value', 'The movie has a timescale of zero.', 'mvhd');
  const duration = version === 1 ? longDuration(reader.u32(), reader.u32()) : shortDuration(reader.u32());
  return { timescale, duration };
}
