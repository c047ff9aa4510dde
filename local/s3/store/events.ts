import { randomBytes } from 'node:crypto';
import { PARTITION } from '../../cloud/account.ts';
import type { StoredVersion } from './stored-version.ts';
import { NULL_VERSION } from './stored-version.ts';
import type { S3Event } from './event-outbox.ts';

/** Originator of a change, for its event. */
export interface Origin {
  readonly requestId: string;
  /** Account id, or the service that made the request. */
  readonly requester: string;
  readonly sourceIp?: string;
  /** Cause of a deletion. @default DeleteObject, a request */
  readonly reason?: 'Lifecycle Expiration';
}

export type CreationReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';

/** Makes the originator of a change within the process. */
export function makeLocalOrigin(requester: string): Origin {
  return {
    requestId: randomBytes(8).toString('hex').toUpperCase(),
    requester,
  };
}

/** Formats a sequencer with a fixed length, so that it can be compared as text. */
function formatSequencer(sequencer: number): string {
  return sequencer.toString(16).padStart(16, '0').toUpperCase();
}

function makeEvent(
  type: 'Object Created' | 'Object Deleted',
  { bucket, key, versionId, sequencer }: StoredVersion,
  object: Record<string, unknown>,
  origin: Origin,
  more: Record<string, string>,
  time: Date,
): S3Event {
  return {
    source: 'aws.s3',
    'detail-type': type,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    resources: [`arn:${PARTITION}:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        ...object,
        ...(versionId === NULL_VERSION ? {} : { 'version-id': versionId }),
        sequencer: formatSequencer(sequencer),
      },
      'request-id': origin.requestId,
      requester: origin.requester,
      ...(origin.sourceIp === undefined ? {} : { 'source-ip-address': origin.sourceIp }),
      ...more,
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function makeObjectCreatedEvent(version: StoredVersion, reason: CreationReason, origin: Origin): S3Event {
  return makeEvent(
    'Object Created',
    version,
    { size: version.sizeBytes, etag: version.etag },
    origin,
    { reason },
    version.lastModified,
  );
}

/**
 * @param version removed version, or created delete marker
 * @param sequencer sequencer of the deletion
 */
export function makeObjectDeletedEvent(
  version: StoredVersion,
  kind: 'Delete Marker Created' | 'Permanently Deleted',
  origin: Origin,
  sequencer: number,
): S3Event {
  return makeEvent(
    'Object Deleted',
    { ...version, sequencer },
    version.etag === '' ? {} : { etag: version.etag },
    origin,
    { reason: origin.reason ?? 'DeleteObject', 'deletion-type': kind },
    new Date(),
  );
}
