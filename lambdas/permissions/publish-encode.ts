import type { S3Client } from '@aws-sdk/client-s3';
import { OutputIncompleteError } from '../chain/errors.ts';
import { publishObjects } from '../chain/tag-objects.ts';
import { DASH_MANIFEST, HLS_PLAYLIST } from '../contracts/output-layout.ts';
import { listObjects } from '../runtime/list-objects.ts';

/**
 * Publishes every object of an encode.
 *
 * @returns number of published objects
 * @throws OutputIncompleteError
 */
export async function publishEncode(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  const keys = (await listObjects(s3, bucket, prefix)).map(({ key }) => key);
  const missing = [HLS_PLAYLIST, DASH_MANIFEST].filter((name) => !keys.includes(`${prefix}${name}`));
  if (missing.length > 0) throw new OutputIncompleteError(`No ${missing.join(' and no ')} was written.`);
  await publishObjects(s3, bucket, keys);
  return keys.length;
}
