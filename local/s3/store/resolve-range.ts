import { type ByteRange, parseRange } from '../../http/byte-range.ts';
import { s3Error } from './s3-error.ts';

/**
 * Resolves a `Range` header against an object of that size.
 *
 * @returns undefined for the whole object
 * @throws ApiError `InvalidRange` if no byte of the range exists
 */
export function resolveRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const range = parseRange(header, sizeBytes, 'lenient');
  if (range !== 'unsatisfiable') return range;
  throw s3Error(
    'InvalidRange',
    { RangeRequested: header ?? '', ActualObjectSize: `${sizeBytes}` },
    { 'content-range': `bytes */${sizeBytes}` },
  );
}
