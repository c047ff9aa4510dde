import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 8 * 1024 * 1024;

export interface Uploaded {
  readonly key: string;
  readonly versionId: string;
}

/**
 * Uploads a file under its base name.
 *
 * @param onProgress called with the bytes sent so far and the size of the file
 * @throws Error if the file cannot be read or the upload fails
 */
export async function uploadFile(
  s3: S3Client,
  bucket: string,
  path: string,
  onProgress: (sentBytes: number, totalBytes: number) => void,
): Promise<Uploaded> {
  const file = await stat(path);
  if (!file.isFile()) throw new Error(`${path} is not a file.`);
  const key = basename(path);
  const upload = new Upload({
    client: s3,
    params: { Bucket: bucket, Key: key, Body: createReadStream(path) },
    partSize: Math.max(MIN_PART_BYTES, Math.ceil(file.size / MAX_PARTS)),
  });
  upload.on('httpUploadProgress', ({ loaded = 0 }) => onProgress(loaded, file.size));
  const { VersionId: versionId } = await upload.done();
  if (versionId === undefined)
    throw new Error(`Bucket ${bucket} is not versioned, so the progress of ${key} cannot be followed.`);
  return { key, versionId };
}
