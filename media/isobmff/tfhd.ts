import { u32 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';

export interface FragmentHeader {
  readonly trackId: number;
  /** Offset in the file from which runs count; undefined if they count from the fragment. */
  readonly baseDataOffset: number | undefined;
  /** Whether runs count from the start of the `moof` box, also in later track fragments. */
  readonly baseIsMoof: boolean;
  /** Number of the sample entry, from 1; undefined if `trex` decides. */
  readonly sampleEntry: number | undefined;
  /** Ticks; undefined if `trex` decides. */
  readonly sampleDuration: number | undefined;
  /** Bytes; undefined if `trex` decides. */
  readonly sampleSize: number | undefined;
  readonly sampleFlags: number | undefined;
}

/** Reads ISO/IEC 14496-12:2022, 8.8.7 Track Fragment Header Box. */
export function parseTfhd(box: LoadedBox): FragmentHeader {
  const reader = readerOf(box);
  const { flags } = reader.fullBox();
  const trackId = reader.u32();
  const baseDataOffset = (flags & 0x01) === 0 ? undefined : reader.u64();
  const sampleEntry = (flags & 0x02) === 0 ? undefined : reader.u32();
  const sampleDuration = (flags & 0x08) === 0 ? undefined : reader.u32();
  const sampleSize = (flags & 0x10) === 0 ? undefined : reader.u32();
  const sampleFlags = (flags & 0x20) === 0 ? undefined : reader.u32();
  return { trackId, baseDataOffset, baseIsMoof: (flags & 0x2_0000) !== 0, sampleEntry, sampleDuration, sampleSize, sampleFlags };
}

/** Writes ISO/IEC 14496-12:2022, 8.8.7 Track Fragment Header Box, whose runs count from the start of the `moof` box. */
export function writeTfhd(
  header: Pick<FragmentHeader, 'trackId' | 'sampleDuration' | 'sampleSize' | 'sampleFlags'> & { readonly isEmpty: boolean },
): Uint8Array {
  const { trackId, isEmpty } = header;
  const fields = [header.sampleDuration, header.sampleSize, header.sampleFlags];
  const bits = fields.reduce((sum: number, field, index) => sum + (field === undefined ? 0 : 0x08 << index), 0x2_0000);
  return writeFullBox('tfhd', 0, bits + (isEmpty ? 0x1_0000 : 0), u32(trackId, ...fields.filter((field) => field !== undefined)));
}
