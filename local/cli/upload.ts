import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AbortMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3';
import { isSystemFile } from '../../lambdas/contracts/system-files.ts';
import { Upload } from '@aws-sdk/lib-storage';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 8 * 1024 * 1024;

/** A file and the object key under which it is uploaded. */
export interface UploadableFile {
  readonly path: string;
  readonly key: string;
  /** How a command line names the file. @default its path */
  readonly argument?: string;
}

interface UploadOptions {
  /** Called with the bytes sent so far and the size of the file. */
  readonly onProgress: (sentBytes: number, totalBytes: number) => void;
  /** Ends the upload and removes its parts. */
  readonly signal: AbortSignal;
}

/**
 * Uploads a file.
 *
 * @returns the version of the object
 * @throws Error if the file cannot be read or the upload fails; the reason of `signal` if it ends the upload
 */
export async function uploadFile(
  s3: S3Client,
  bucket: string,
  { path, key }: UploadableFile,
  { onProgress, signal }: UploadOptions,
): Promise<string> {
  const file = await stat(path);
  if (!file.isFile()) throw new Error(`${path} is not a file.`);
  // The chain would ignore it, and waiting for it would never end.
  if (isSystemFile(key)) throw new Error(`${path} is a system file, not a video.`);
  const upload = new Upload({
    client: s3,
    params: { Bucket: bucket, Key: key, Body: createReadStream(path) },
    partSize: Math.max(MIN_PART_BYTES, Math.ceil(file.size / MAX_PARTS)),
    // Removed below, since an aborted upload does not wait until it has removed its parts.
    leavePartsOnError: true,
  });
  upload.on('httpUploadProgress', ({ loaded = 0 }) => onProgress(loaded, file.size));
  const abort = (): void => void upload.abort();
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    const { VersionId: versionId } = await upload.done();
    if (versionId === undefined)
      throw new Error(`Bucket ${bucket} is not versioned, so the progress of ${key} cannot be followed.`);
    return versionId;
  } catch (error) {
    if (upload.uploadId !== undefined) {
      const parts = { Bucket: bucket, Key: key, UploadId: upload.uploadId };
      await s3.send(new AbortMultipartUploadCommand(parts)).catch(() => undefined);
    }
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
