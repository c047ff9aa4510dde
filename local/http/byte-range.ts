import type { HeaderSyntax } from './http-message.ts';

/** Range of bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const STRICT_RANGE = /^bytes=\s*(\d*)-(\d*)\s*$/i;
const LENIENT_RANGE = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i;

/**
 * Resolves a `Range` header against a representation of that size.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 *
 * @returns `unsatisfiable` if no byte of the range exists; undefined if the whole representation is to be sent: without
 * the header, and for another unit, a malformed range or several ranges, which a server may ignore
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
  syntax: HeaderSyntax = 'strict',
): ByteRange | 'unsatisfiable' | undefined {
  const match = (syntax === 'strict' ? STRICT_RANGE : LENIENT_RANGE).exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
