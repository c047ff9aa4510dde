import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type OpenSource, openSource } from '../../media/open-source.ts';
import { type ObjectVersion, versionParameter } from '../runtime/object-version.ts';

/**
 * Returns a source that reads one version of an object by ranges, with a cache and a budget.
 *
 * Reads throw the SDK's error if the object cannot be read, and `SourceBudgetError` beyond the budget.
 */
export function s3ByteSource(s3: S3Client, version: ObjectVersion, sizeBytes: number): OpenSource {
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const range = `bytes=${offset}-${Math.min(offset + length, sizeBytes) - 1}`;
    const input = { Bucket: version.bucket, Key: version.key, ...versionParameter(version), Range: range };
    const { Body } = await s3.send(new GetObjectCommand(input));
    return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
  };
  return openSource({ size: sizeBytes, read });
}
