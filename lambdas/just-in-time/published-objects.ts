import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** Response to the read of an object. */
export type ObjectRead =
  | { readonly kind: 'found'; readonly bytes: Uint8Array; readonly etag: string }
  /** The object still has the known ETag, and is still published. */
  | { readonly kind: 'unchanged' }
  /** The object is missing or not published. */
  | { readonly kind: 'missing' };

/** Objects of the output bucket that are tagged as published. */
export interface PublishedObjects {
  /**
   * @param knownEtag ETag of a copy that the caller has
   * @throws if storage fails or takes too long, which says nothing about the object
   */
  read(key: string, knownEtag?: string): Promise<ObjectRead>;
}

export interface PublishedObjectsOptions {
  /** Maximum length of an object, bytes. @default 64 MiB */
  readonly maxBytes?: number;
  /** Time after which a read fails, retries included. @default 4 seconds */
  readonly timeoutMs?: number;
  /** Time after which it fails if the caller has a copy to go on with. @default 1.5 seconds */
  readonly recheckTimeoutMs?: number;
}

/** Returns an S3 client for functions that viewers wait for: it retries once and gives up on a connection after a second. */
export function viewerS3Client(): S3Client {
  return new S3Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 1_000 } });
}

/**
 * Returns the published objects of a bucket, read with the function's own role. It may read only published objects and cannot
 * list, so S3 responds 403 for an unpublished or a missing one. S3 checks this before the condition: 304 means that the object
 * is published.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function publishedObjects(
  client: S3Client,
  bucket: string,
  { maxBytes = 64 * 1024 * 1024, timeoutMs = 4_000, recheckTimeoutMs = 1_500 }: PublishedObjectsOptions = {},
): PublishedObjects {
  const read = async (key: string, knownEtag?: string): Promise<ObjectRead> => {
    const abortSignal = AbortSignal.timeout(knownEtag === undefined ? timeoutMs : recheckTimeoutMs);
    const input = { Bucket: bucket, Key: key, ...(knownEtag !== undefined && { IfNoneMatch: knownEtag }) };
    try {
      const { Body: body, ContentLength: length, ETag: etag } = await client.send(new GetObjectCommand(input), { abortSignal });
      if (body === undefined || length === undefined || etag === undefined) throw new Error(`S3 returned no object for ${key}.`);
      if (body instanceof Readable) addAbortSignal(abortSignal, body);
      if (length > maxBytes) {
        if (body instanceof Readable) body.destroy();
        throw new Error(`${key} has ${length} bytes, more than ${maxBytes}.`);
      }
      const bytes = await body.transformToByteArray();
      if (bytes.length !== length) throw new Error(`S3 returned ${bytes.length} of ${length} bytes of ${key}.`);
      return { kind: 'found', bytes, etag };
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 304 && knownEtag !== undefined) return { kind: 'unchanged' };
      if (status === 403 || status === 404) return { kind: 'missing' };
      throw error;
    }
  };
  return { read };
}
