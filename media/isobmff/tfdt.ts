import { u64 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';

export interface FragmentDecodeTime {
  /** Decode time of the fragment's first sample, ticks. */
  readonly decodeTime: number;
  /** Offset of the number from the start of the file, and its width, bytes. */
  readonly valueOffset: number;
  readonly valueBytes: 4 | 8;
}

/** Reads ISO/IEC 14496-12:2022, 8.8.12 Track Fragment Base Media Decode Time Box. */
export function parseTfdt(box: LoadedBox): FragmentDecodeTime {
  const reader = readerOf(box);
  const { version } = reader.fullBox();
  const valueOffset = box.offset + box.headerSize + reader.position;
  return version === 1
    ? { decodeTime: reader.u64(), valueOffset, valueBytes: 8 }
    : { decodeTime: reader.u32(), valueOffset, valueBytes: 4 };
}

/** Writes the number at `valueOffset`. */
export function writeDecodeTime({ decodeTime, valueBytes }: Omit<FragmentDecodeTime, 'valueOffset'>): Uint8Array {
  const bytes = new Uint8Array(valueBytes);
  const view = new DataView(bytes.buffer);
  if (valueBytes === 8) view.setBigUint64(0, BigInt(decodeTime));
  else view.setUint32(0, decodeTime);
  return bytes;
}

/** Writes ISO/IEC 14496-12:2022, 8.8.12 Track Fragment Base Media Decode Time Box in version 1. */
export function writeTfdt(decodeTime: number): Uint8Array {
  return writeFullBox('tfdt', 1, 0, u64(decodeTime));
}
