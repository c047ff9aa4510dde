import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { findPointerState, type PointerState, recordPointer } from '../../catalog/videos/pointer-state.ts';
import { pointerKey, PUBLISHED_TAGGING } from '../contracts/output-layout.ts';
import { type Pointer, pointerSchema } from '../contracts/pointer.ts';

export interface PointerContext {
  readonly database: CatalogDatabase;
  /** Needs `s3:GetObject`, `s3:PutObject` and `s3:PutObjectTagging` on pointers of the output bucket. */
  readonly s3: S3Client;
  readonly outputBucket: string;
}

/** The pointer kept changing during the call. */
export class PointerChangingError extends Error {
  override readonly name = 'PointerChangingError';
  readonly code = 'pointer_changing';
  readonly retryable = true;
}

const MAX_TRIES = 10;

/**
 * Makes the pointer of a video say what the catalog says plays. Call it after the objects of the target are published and the
 * catalog has changed. Any number of calls may run at once, be interrupted and be repeated: none replaces a pointer with a higher
 * number, and each reads the catalog again after it has written, so that the call that ends last leaves the newest state.
 *
 * Writes conditionally: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws PointerChangingError
 */
export async function writePointer({ database, s3, outputBucket }: PointerContext, videoId: string): Promise<void> {
  const object = { Bucket: outputBucket, Key: pointerKey(videoId) };
  let state = await findPointerState(database, videoId);
  for (let tries = 1; state !== undefined; tries += 1) {
    if (state.writtenNumber === null && state.target === null && !(await isStored(s3, object))) return;
    if (tries > MAX_TRIES) throw new PointerChangingError(`The pointer of video ${videoId} changes repeatedly.`);
    const isWritten = await putUnlessNewer(s3, object, state);
    const after = await findPointerState(database, videoId);
    if (isWritten && after?.number === state.number) {
      if (state.writtenNumber === null || state.writtenNumber < state.number) await recordPointer(database, videoId, state.number);
      return;
    }
    state = after;
  }
}

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/** A video of which nothing has ever played needs no tombstone, but one that crashed before it was recorded does. */
async function isStored(s3: S3Client, object: ObjectName): Promise<boolean> {
  return (await readStored(s3, object)) !== undefined;
}

/** @returns false if another writer was faster, so that the caller must decide again */
async function putUnlessNewer(s3: S3Client, object: ObjectName, { number, target, previous }: PointerState): Promise<boolean> {
  const stored = await readStored(s3, object);
  if (stored !== undefined && stored.number >= number) return true;
  const pointer: Pointer = { number, target, previous };
  const condition = stored === undefined ? { IfNoneMatch: '*' } : { IfMatch: stored.etag };
  try {
    await s3.send(
      new PutObjectCommand({
        ...object,
        ...condition,
        Body: JSON.stringify(pointerSchema.parse(pointer)),
        ContentType: 'application/json',
        Tagging: PUBLISHED_TAGGING,
      }),
    );
    return true;
  } catch (error) {
    // 412 after another write, 409 during one, 404 if the object was deleted since it was read.
    if (error instanceof S3ServiceException && LOST_RACES.has(error.$metadata.httpStatusCode ?? 0)) return false;
    throw error;
  }
}

const LOST_RACES = new Set([404, 409, 412]);

/**
 * Reads the stored pointer. S3 responds 403 for a missing object to a role that may not list the bucket:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @returns undefined if there is none; number -1 for one that cannot be read, which is replaced
 */
async function readStored(s3: S3Client, object: ObjectName): Promise<{ readonly number: number; readonly etag: string } | undefined> {
  try {
    const { Body: body, ETag: etag = '' } = await s3.send(new GetObjectCommand(object));
    return { number: numberIn(await body?.transformToString()), etag };
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}

function numberIn(text = ''): number {
  try {
    return pointerSchema.parse(JSON.parse(text)).number;
  } catch {
    return -1;
  }
}
