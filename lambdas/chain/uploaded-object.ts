import type { UploadedObject } from '../../catalog/revisions/register-upload.ts';
import type { ObjectCreated } from '../contracts/object-created.ts';
import { versionIdOf } from '../runtime/object-version.ts';

/** Returns the upload that an event reports, as the catalog identifies it. */
export function uploadedObject({ detail: { bucket, object } }: ObjectCreated): UploadedObject {
  return {
    bucket: bucket.name,
    key: object.key,
    versionId: versionIdOf(object['version-id'], object.etag),
    etag: object.etag,
    sequencer: object.sequencer,
    sizeBytes: object.size,
  };
}
