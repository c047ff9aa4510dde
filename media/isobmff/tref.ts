import { boxesIn, type LoadedBox, readerOf } from './box-tree.ts';

/** Limit of references of one type. */
const MAX_REFERENCES = 1_000;

/**
 * Reads the tracks that hold a track's chapter titles and images: ISO/IEC 14496-12:2022, 8.3.3 Track Reference Box; QuickTime
 * File Format, "Chapter lists".
 */
export function parseChapterReferences(box: LoadedBox): readonly number[] {
  const chap = boxesIn(box).find(({ type }) => type === 'chap');
  if (chap === undefined) return [];
  const reader = readerOf(chap);
  const count = Math.min(MAX_REFERENCES, Math.floor(reader.remaining / 4));
  return Array.from({ length: count }, () => reader.u32());
}
