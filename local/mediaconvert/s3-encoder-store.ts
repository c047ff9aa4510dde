import type { EncoderStore } from './encoder-store.ts';
import { findObject } from '../s3/find-object.ts';
import type { S3 } from '../s3/s3.ts';

/** The laptop's buckets as its encoder reads and writes them. */
export function s3EncoderStore(s3: S3): EncoderStore {
  return {
    find: async (bucket, key) => {
      const object = await findObject(s3, { bucket, key });
      return object && { ...object, size: object.sizeBytes, stream: () => object.stream() };
    },
    put: async (object) => void (await s3.put({ ...object, requester: 'mediaconvert.amazonaws.com' })),
  };
}
