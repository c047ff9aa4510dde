import { s3Error } from './s3-error.ts';

/** Both ends included, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A `Range` header against an object of that size. S3 gives one range only: a list of them, or anything else that it
 * does not understand, is answered with the whole object.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 *
 * @returns undefined for the whole object
 * @throws ApiError `InvalidRange` if no byte of it exists
 */
export function resolveRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '');
  if (header === undefined || match === null) return undefined;
  const [, first = '', last = ''] = match;
  const unsatisfiable = () =>
    s3Error(
      'InvalidRange',
      { RangeRequested: header, ActualObjectSize: `${sizeBytes}` },
      { 'content-range': `bytes */${sizeBytes}` },
    );
  if (first === '') {
    if (last === '') return undefined;
    const length = Math.min(Number(last), sizeBytes);
    if (length === 0) throw unsatisfiable();
    return { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) throw unsatisfiable();
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
