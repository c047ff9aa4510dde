import type { EncoderStore } from './encoder-store.ts';
import { findObject } from '../s3/find-object.ts';
import { isArchived } from '../s3/http/object-headers.ts';
import type { S3 } from '../s3/s3.ts';

/** Adapts the laptop's S3 to the encoder. */
export function s3EncoderStore(s3: S3): EncoderStore {
  return {
    find: async (bucket, key) => {
      const object = await findObject(s3, { bucket, key });
      // S3 refuses to read an archived object.
      if (object !== undefined && isArchived(object)) return undefined;
      return object && { ...object, size: object.sizeBytes, stream: () => object.stream() };
    },
    put: async (object) => void (await s3.put({ ...object, requester: 'mediaconvert.amazonaws.com' })),
  };
}
