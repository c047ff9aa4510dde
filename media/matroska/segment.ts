import type { ByteSource } from '../byte-source.ts';
import { readElement } from './ebml.ts';

export const EBML_HEADER = 0x1a45dfa3;
export const SEGMENT = 0x18538067;

/** The first segment of a file, which holds the whole video: RFC 9559, 4.5. */
export interface Segment {
  /** Offset of its content. */
  readonly start: number;
  /** End as declared; undefined if it is unknown, as in live recordings. */
  readonly end: number | undefined;
}

/** Finds the segment. Returns undefined if the file begins with anything else than an EBML header and a segment. */
export async function findSegment(source: ByteSource): Promise<Segment | undefined> {
  const header = await readElement(source, 0);
  if (header?.id !== EBML_HEADER || header.contentSize === undefined) return undefined;
  const at = header.headSize + header.contentSize;
  const segment = await readElement(source, at);
  if (segment?.id !== SEGMENT) return undefined;
  const start = at + segment.headSize;
  return { start, end: segment.contentSize === undefined ? undefined : start + segment.contentSize };
}
