import type { Draft } from './version-store.ts';
import type { ObjectDetails } from './stored-version.ts';
import type { WrittenBody } from './write-body.ts';

type Description = Pick<ObjectDetails, 'headers' | 'metadata' | 'tags' | 'storageClass'>;

/** Makes the draft of an object from a whole body, whose MD5 is the ETag. */
export function makeDraft(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  { headers, metadata, tags, storageClass }: Description,
  { sizeBytes, md5, segments, checksums }: WrittenBody,
): Draft {
  const [[algorithm, value] = []] = checksums;
  return {
    bucket,
    key,
    headers,
    metadata,
    tags,
    storageClass,
    sizeBytes,
    etag: md5.toString('hex'),
    segments,
    ...(algorithm && value !== undefined ? { checksum: { algorithm, value, type: 'FULL_OBJECT' } } : {}),
  };
}
