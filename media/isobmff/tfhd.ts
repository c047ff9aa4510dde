import { type LoadedBox, readerOf } from './box-tree.ts';

export interface FragmentHeader {
  readonly trackId: number;
  /** Ticks; undefined if `trex` decides. */
  readonly sampleDuration: number | undefined;
  readonly sampleFlags: number | undefined;
}

/** Reads ISO/IEC 14496-12:2022, 8.8.7 Track Fragment Header Box. */
export function parseTfhd(box: LoadedBox): FragmentHeader {
  const reader = readerOf(box);
  const { flags } = reader.fullBox();
  const trackId = reader.u32();
  if ((flags & 0x01) !== 0) reader.skip(8);
  if ((flags & 0x02) !== 0) reader.skip(4);
  const sampleDuration = (flags & 0x08) === 0 ? undefined : reader.u32();
  if ((flags & 0x10) !== 0) reader.skip(4);
  return { trackId, sampleDuration, sampleFlags: (flags & 0x20) === 0 ? undefined : reader.u32() };
}
