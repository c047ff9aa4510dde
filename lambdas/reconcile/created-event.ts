import type { ReconciledRevision, ReconciledVideo } from '../../catalog/reconciliation/list-reconciled-videos.ts';
import type { ObjectCreated } from '../contracts/object-created.ts';
import { versionParameter } from '../runtime/object-version.ts';

/** An object as the event of its creation describes it. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sequencer: string;
}

/** Rebuilds the event of a registered upload, which changes nothing if it is delivered again. */
export function createdEvent({ bucket, key }: ReconciledVideo, revision: ReconciledRevision): ObjectCreated {
  const { versionId, etag, sequencer, sizeBytes } = revision;
  return objectCreated({
    bucket,
    key,
    versionId: versionId ?? '',
    etag: etag ?? '',
    sequencer: sequencer ?? '0',
    sizeBytes: sizeBytes ?? 0,
  });
}

/** Makes the event of an object whose own was lost. */
export function objectCreated({ bucket, key, versionId, etag, sizeBytes, sequencer }: CreatedObject): ObjectCreated {
  const { VersionId } = versionParameter({ bucket, key, versionId });
  return {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    time: new Date().toISOString(),
    detail: {
      bucket: { name: bucket },
      object: { key, size: sizeBytes, etag, sequencer, ...(VersionId !== undefined && { 'version-id': VersionId }) },
      reason: 'reconciliation',
    },
  };
}
