import { type LoadedBox, readerOf } from './box-tree.ts';

export interface FragmentDecodeTime {
  /** Decode time of the fragment's first sample, ticks. */
  readonly decodeTime: number;
  /** Where the number lies, from the start of the file, and its width in bytes. */
  readonly valueOffset: number;
  readonly valueBytes: 4 | 8;
}

/** ISO/IEC 14496-12:2022, 8.8.12 Track Fragment Base Media Decode Time Box. */
export function parseTfdt(box: LoadedBox): FragmentDecodeTime {
  const reader = readerOf(box);
  const { version } = reader.fullBox();
  const valueOffset = box.offset + box.headerSize + reader.position;
  return version === 1
    ? { decodeTime: reader.u64(), valueOffset, valueBytes: 8 }
    : { decodeTime: reader.u32(), valueOffset, valueBytes: 4 };
}
