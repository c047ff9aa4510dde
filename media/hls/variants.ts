import { parseAttributeList } from './attribute-list.ts';

/** One variant that a multivariant playlist lists. */
export interface ListedVariant {
  /** Index of its tag among the lines. */
  readonly start: number;
  /** Index of its URI, the first line after the tag that is neither blank nor a tag. */
  readonly end: number;
  readonly uri: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const TAG = '#EXT-X-STREAM-INF:';

/** Finds the variants of a playlist: RFC 8216, 4.3.4.2. Of several tags before a URI, the last one counts. */
export function findVariants(lines: readonly string[]): readonly ListedVariant[] {
  const variants: ListedVariant[] = [];
  let start: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith(TAG)) start = index;
    if (start === undefined || line.startsWith('#') || line.trim() === '') continue;
    const attributes = parseAttributeList((lines[start] ?? '').slice(TAG.length).trimEnd());
    variants.push({ start, end: index, uri: line.trim(), attributes });
    start = undefined;
  }
  return variants;
}
