import { fourCc, u16, u32 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';

export interface MediaHeader {
  /** Ticks per second. */
  readonly timescale: number;
  /** Ticks; 0 if not stated, as in fragmented files. */
  readonly duration: number;
  /** ISO 639-2/T code; `und` if not stated. */
  readonly language: string;
}

/** Reads ISO/IEC 14496-12:2022, 8.4.2 Media Header Box. */
export function parseMdhd(box: LoadedBox): MediaHeader {
  const reader = readerOf(box);
  const { version } = reader.fullBox();
  reader.skip(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) throw new IsobmffError('bad_value', 'A track has a timescale of zero.', 'mdhd');
  const duration = version === 1 ? longDuration(reader.u32(), reader.u32()) : shortDuration(reader.u32());
  return { timescale, duration, language: languageOf(reader.u16()) };
}

/** Returns a 32-bit duration, 0 for all ones, which mean "unknown". */
export function shortDuration(value: number): number {
  return value === 0xffff_ffff ? 0 : value;
}

/** Returns a 64-bit duration, 0 for all ones. */
export function longDuration(high: number, low: number): number {
  if (high === 0xffff_ffff && low === 0xffff_ffff) return 0;
  const value = high * 0x1_0000_0000 + low;
  if (!Number.isSafeInteger(value)) throw new IsobmffError('bad_value', 'A duration is longer than 2^53 ticks.');
  return value;
}

/** Reads three letters of five bits each. Values below 0x400 are Macintosh codes, found in old QuickTime files only. */
function languageOf(packed: number): string {
  if (packed < 0x400 || packed === 0x7fff) return 'und';
  const letters = String.fromCharCode(...[10, 5, 0].map((shift) => ((packed >> shift) & 31) + 0x60));
  return /^[a-z]{3}$/.test(letters) ? letters : 'und';
}

/** Writes ISO/IEC 14496-12:2022, 8.4.2 Media Header Box, for media in fragments, whose duration is 0. */
export function writeMdhd({ timescale, language }: Omit<MediaHeader, 'duration'>): Uint8Array {
  const letters = /^[a-z]{3}$/.test(language) ? language : 'und';
  const packed = fourCc(letters).reduce((sum, letter) => sum * 32 + letter - 0x60, 0);
  return writeFullBox('mdhd', 0, 0, u32(0, 0, timescale, 0), u16(packed, 0));
}
