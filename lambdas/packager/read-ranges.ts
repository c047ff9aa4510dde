import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { ByteRange } from '../../media/packaging/segments/byte-range.ts';
import type { SourceIdentity } from '../contracts/source-identity.ts';
import { forEachConcurrently } from '../runtime/for-each-concurrently.ts';
import { versionParameter } from '../runtime/object-version.ts';

/** Reads ranges of one version of an object. @throws if any byte of it is missing or may belong to another version */
export type ReadRanges = (source: SourceIdentity, ranges: readonly ByteRange[]) => Promise<readonly Uint8Array[]>;

/** Thrown if S3 does not have the requested bytes of the version, or responds with others. Trying again does not help. */
export class SourceMismatchError extends Error {
  override readonly name = 'SourceMismatchError';
}

export interface RangeReaderOptions {
  /** Requests of one call that run at once. @default 6 */
  readonly concurrency?: number;
  /** Time after which a call fails, retries included. @default 10 seconds */
  readonly timeoutMs?: number;
}

/**
 * Returns a function that reads ranges from S3. Each request names the version and is conditional on the ETag, and the response
 * must confirm both and state the range; S3 sends no checksum with a range.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function rangeReader(client: S3Client, { concurrency = 6, timeoutMs = 10_000 }: RangeReaderOptions = {}): ReadRanges {
  return async (source, ranges) => {
    const failed = new AbortController();
    const abortSignal = AbortSignal.any([failed.signal, AbortSignal.timeout(timeoutMs)]);
    const read: Uint8Array[] = [];
    await forEachConcurrently([...ranges.entries()], concurrency, async ([position, range]) => {
      try {
        read[position] = await readRange(client, source, range, abortSignal);
      } catch (error) {
        failed.abort();
        throw isMissing(error) ? new SourceMismatchError('The version of the source cannot be read.', { cause: error }) : error;
      }
    });
    return read;
  };
}

async function readRange(
  client: S3Client,
  source: SourceIdentity,
  range: ByteRange,
  abortSignal: AbortSignal,
): Promise<Uint8Array> {
  abortSignal.throwIfAborted();
  const { offset, length } = range;
  const input = {
    Bucket: source.bucket,
    Key: source.key,
    ...versionParameter(source),
    IfMatch: `"${source.etag}"`,
    Range: `bytes=${offset}-${offset + length - 1}`,
  };
  const response = await client.send(new GetObjectCommand(input), { abortSignal });
  const body = response.Body;
  if (body instanceof Readable) addAbortSignal(abortSignal, body);
  const mismatch = findMismatch(response, source, range);
  if (mismatch !== undefined || body === undefined) {
    if (body instanceof Readable) body.destroy();
    throw new SourceMismatchError(`S3 returned ${mismatch ?? 'no body'}.`);
  }
  const bytes = await body.transformToByteArray();
  if (bytes.length !== length) throw new SourceMismatchError(`S3 returned ${bytes.length} of ${length} bytes.`);
  return bytes;
}

/**
 * Returns whether S3 denies or misses the version, its ETag is another one, or it ends before the range.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && [403, 404, 412, 416].includes(error.$metadata.httpStatusCode ?? 0);
}

/** Returns what differs between a request and the head of its response. */
function findMismatch(
  response: GetObjectCommandOutput,
  source: SourceIdentity,
  { offset, length }: ByteRange,
): string | undefined {
  const { ETag: etag, VersionId: versionId, ContentLength: stated, ContentRange: contentRange = 'no range' } = response;
  if (etag !== `"${source.etag}"`) return `the ETag ${etag}`;
  const expected = versionParameter(source).VersionId;
  if (expected !== undefined && versionId !== expected) return `the version ${versionId}`;
  if (!contentRange.startsWith(`bytes ${offset}-${offset + length - 1}/`)) return contentRange;
  return stated === length ? undefined : `a length of ${stated} bytes for ${length}`;
}
