import type { StatingCodec } from '../picture/stated-picture.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';
import { configuredPicture } from './configured-picture.ts';

/**
 * Returns whether a video's samples use the full range of code values, by the Colour Information Box (ISO/IEC 14496-12:2022,
 * 12.1.5) or, without it, the codec's configuration.
 *
 * @param children boxes of the sample entry
 * @returns undefined if neither states it; QuickTime's variant of the box, `nclc`, does not
 */
export function readFullRange(children: readonly LoadedBox[]): boolean | undefined {
  const readers = [fromColr, fromRecord, fromVpcC];
  for (const read of readers) {
    for (const box of children) {
      const fullRange = read(box);
      if (fullRange !== undefined) return fullRange;
    }
  }
  return undefined;
}

function fromColr({ type, content }: LoadedBox): boolean | undefined {
  if (type !== 'colr' || content.length < 11 || Buffer.from(content).toString('latin1', 0, 4) !== 'nclx') return undefined;
  return ((content[10] ?? 0) & 0x80) !== 0;
}

/** Codecs by the box with their decoder configuration record. */
const RECORDS: Readonly<Record<string, StatingCodec>> = { avcC: 'avc', hvcC: 'hevc', av1C: 'av1' };

function fromRecord({ type, content }: LoadedBox): boolean | undefined {
  const codec = RECORDS[type];
  return codec && configuredPicture(codec, content)?.fullRange;
}

/** Reads VP Codec ISO Media File Format Binding 1.0, "VP Codec Configuration Box". */
function fromVpcC(box: LoadedBox): boolean | undefined {
  if (box.type !== 'vpcC' || box.content.length < 7) return undefined;
  const reader = readerOf(box);
  reader.fullBox();
  reader.skip(2);
  return (reader.u8() & 1) !== 0;
}
