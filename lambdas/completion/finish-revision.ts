import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { supersedeRevision } from '../../catalog/revisions/end-revision.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { makeReady } from '../../catalog/revisions/make-ready.ts';
import { hasNewerUpload } from '../../catalog/revisions/register-upload.ts';
import { REQUIRED_STEPS } from '../contracts/steps.ts';
import { headCurrent } from '../runtime/object-version.ts';

/**
 * Makes a revision ready once its last required step has finished, unless its source was replaced meanwhile: then the
 * encoder may have read the newer file, which has its own revision.
 */
export async function finishRevision(database: CatalogDatabase, s3: S3Client, revisionId: string): Promise<void> {
  const found = await findRevision(database, revisionId);
  if (found?.revision.status !== 'processing') return;
  const { video, revision } = found;
  const version = { bucket: video.bucket, key: video.key, versionId: revision.versionId ?? '' };
  const current = await headCurrent(s3, version);
  // A source that was deleted after its encode has no newer version.
  const isCurrent = current === undefined || current.versionId === version.versionId;
  if (isCurrent && (await makeReady(database, revisionId, REQUIRED_STEPS))) return;
  if (!isCurrent || (await hasNewerUpload(database, revision))) await supersedeRevision(database, revisionId);
}
