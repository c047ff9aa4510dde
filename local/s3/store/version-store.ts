import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Buckets } from './buckets.ts';
import { Database } from './database.ts';
import { hasFiles, indexPath, isEmpty, lostIndexError } from './lost-index.ts';
import { type CreationReason, makeObjectCreatedEvent, makeObjectDeletedEvent, type Origin } from './events.ts';
import { NULL_VERSION, type ObjectDetails, type StoredVersion, StoredVersions, type Tag } from './stored-version.ts';
import { EventOutbox, type S3Event } from './event-outbox.ts';
import { s3Error } from './s3-error.ts';
import { type FileSegment, SegmentFiles } from './segment-files.ts';

/** Object whose bytes are written, but which is not yet visible. */
export interface Draft extends ObjectDetails {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteConditions {
  /** ETag that the current object must have. */
  readonly ifMatch?: string | undefined;
  /** Requires that no current object exists. */
  readonly ifNoneMatch?: '*' | undefined;
  /** Whether the key was deleted since the write began. A delete request counts even if there was nothing to delete. */
  readonly isConflicting?: boolean | undefined;
}

/** Write with conditions that is in progress. */
export interface ConditionalWrite extends WriteConditions {
  isConflicting: boolean;
}

export interface Deletion {
  /** Id of the removed version or the new marker; absent if the bucket has no versions. */
  readonly versionId?: string;
  /** Whether a delete marker was created or removed. */
  readonly isDeleteMarker: boolean;
}

/** Makes an id like those of S3: 32 characters that need no escaping. */
function newVersionId(): string {
  return randomBytes(24).toString('base64url').replaceAll('-', '.');
}

const EMPTY_DETAILS = { headers: {}, metadata: {}, tags: [], storageClass: 'STANDARD', segments: [] };

/**
 * Objects and their versions on disk. Every change and its event are one transaction; bytes are written before it and
 * removed after it.
 */
export class VersionStore {
  readonly database: Database;
  readonly buckets: Buckets;
  readonly versions: StoredVersions;
  readonly files: SegmentFiles;
  readonly outbox: EventOutbox;
  readonly #conditionalWrites = new Map<ConditionalWrite, { readonly bucket: string; readonly key: string }>();

  /** Opens the directory. The caller calls `files.sweep` afterwards. */
  constructor(dir: string, publish: (event: S3Event) => Promise<void>) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const segmentsDir = path.join(dir, 'segments');
    if (!existsSync(indexPath(dir)) && hasFiles(segmentsDir)) throw lostIndexError(dir, 'it is missing');
    this.database = new Database(dir);
    if (isEmpty(this.database) && hasFiles(segmentsDir)) {
      this.database.close();
      throw lostIndexError(dir, 'it lists no objects');
    }
    this.buckets = new Buckets(this.database);
    this.versions = new StoredVersions(this.database);
    this.files = new SegmentFiles(segmentsDir, this.database);
    this.outbox = new EventOutbox(this.database, publish);
  }

  /**
   * Makes the draft the latest version of its key. The store takes ownership of its segments, even on failure.
   *
   * @throws ApiError `NoSuchBucket`, or as `checkConditions` does
   */
  async commit(
    draft: Draft,
    reason: CreationReason,
    origin: Origin,
    conditions: WriteConditions = {},
    within: () => void = () => undefined,
  ): Promise<StoredVersion> {
    let replaced: FileSegment[] = [];
    let version: StoredVersion;
    try {
      version = this.database.transaction(() => {
        const bucket = this.buckets.get(draft.bucket);
        this.checkConditions(draft.bucket, draft.key, conditions);
        const versionId = bucket.versioning === 'Enabled' ? newVersionId() : NULL_VERSION;
        if (versionId === NULL_VERSION) replaced = this.#removeNullVersion(draft.bucket, draft.key);
        const committed: StoredVersion = {
          ...draft,
          versionId,
          sequencer: this.versions.takeSequencer(),
          isLatest: true,
          isDeleteMarker: false,
          lastModified: new Date(),
        };
        this.versions.insert(committed);
        this.files.adopt(draft.segments);
        if (bucket.eventBridge) this.outbox.add(makeObjectCreatedEvent(committed, reason, origin));
        within();
        return committed;
      });
    } catch (error) {
      // Segments of parts belong to their upload, which still exists.
      if (draft.parts === undefined) await this.files.removeLoose(draft.segments);
      throw error;
    }
    this.outbox.publishPending();
    await this.files.removeLoose(replaced);
    return version;
  }

  /**
   * Checks the conditions of a write and runs it. A delete request that succeeds before the write completes makes it fail.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html#conditional-error-response
   *
   * @throws ApiError as `checkConditions` does
   */
  async withConditions<Result>(
    { bucket, key }: { readonly bucket: string; readonly key: string },
    conditions: WriteConditions,
    write: (held: WriteConditions) => Promise<Result>,
  ): Promise<Result> {
    this.checkConditions(bucket, key, conditions);
    const held = { ...conditions, isConflicting: false };
    this.#conditionalWrites.set(held, { bucket, key });
    try {
      return await write(held);
    } finally {
      this.#conditionalWrites.delete(held);
    }
  }

  /**
   * Checks the conditions of a write. A delete marker counts as a missing object.
   *
   * @throws ApiError `PreconditionFailed`, `ConditionalRequestConflict`, or `NoSuchKey` for `If-Match` without an object
   */
  checkConditions(bucket: string, key: string, { ifMatch, ifNoneMatch, isConflicting }: WriteConditions): void {
    if (ifMatch === undefined && ifNoneMatch === undefined) return;
    const latest = this.versions.findLatest(bucket, key);
    const current = latest?.isDeleteMarker === false ? latest : undefined;
    if (ifNoneMatch !== undefined && current !== undefined) {
      throw s3Error('PreconditionFailed', { Condition: 'If-None-Match' });
    }
    if (isConflicting === true) throw s3Error('ConditionalRequestConflict', { Key: key });
    if (ifMatch === undefined) return;
    if (current === undefined) throw s3Error('NoSuchKey', { Key: key });
    if (ifMatch !== '*' && ifMatch !== current.etag) throw s3Error('PreconditionFailed', { Condition: 'If-Match' });
  }

  /** Finds a version. @throws ApiError `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for the id of a delete marker */
  find(bucket: string, key: string, versionId?: string): StoredVersion {
    this.buckets.get(bucket);
    if (versionId === undefined) {
      const latest = this.versions.findLatest(bucket, key);
      if (latest === undefined) throw s3Error('NoSuchKey', { Key: key });
      if (!latest.isDeleteMarker) return latest;
      const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': latest.versionId };
      throw s3Error('NoSuchKey', { Key: key }, headers);
    }
    const version = this.versions.find(bucket, key, versionId);
    if (version === undefined) throw s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
    if (!version.isDeleteMarker) return version;
    const headers = {
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': version.versionId,
      'last-modified': version.lastModified.toUTCString(),
      allow: 'DELETE',
    };
    throw s3Error('MethodNotAllowed', { Method: 'GET', ResourceType: 'DeleteMarker' }, headers);
  }

  /**
   * Deletes an object by adding a delete marker, or a version permanently, depending on the versioning of the bucket.
   * Deleting a missing object succeeds, as in S3.
   *
   * @throws ApiError `NoSuchBucket`, `PreconditionFailed`
   */
  async delete(
    bucketName: string,
    key: string,
    versionId: string | undefined,
    origin: Origin,
    conditions: WriteConditions = {},
  ): Promise<Deletion> {
    let removed: FileSegment[] = [];
    const deletion = this.database.transaction((): Deletion => {
      const bucket = this.buckets.get(bucketName);
      this.checkConditions(bucketName, key, conditions);
      this.#markConflicts(bucketName, key);
      if (versionId !== undefined || bucket.versioning === undefined) {
        const target = this.versions.find(bucketName, key, versionId ?? NULL_VERSION);
        const shown = versionId === undefined ? {} : { versionId };
        if (target === undefined) return { ...shown, isDeleteMarker: false };
        removed = this.#removeVersion(target);
        if (bucket.eventBridge) {
          const sequencer = this.versions.takeSequencer();
          this.outbox.add(makeObjectDeletedEvent(target, 'Permanently Deleted', origin, sequencer));
        }
        return { ...shown, isDeleteMarker: target.isDeleteMarker };
      }
      if (bucket.versioning === 'Suspended') removed = this.#removeNullVersion(bucketName, key);
      const marker: StoredVersion = {
        ...EMPTY_DETAILS,
        bucket: bucketName,
        key,
        versionId: bucket.versioning === 'Enabled' ? newVersionId() : NULL_VERSION,
        sequencer: this.versions.takeSequencer(),
        isLatest: true,
        isDeleteMarker: true,
        sizeBytes: 0,
        etag: '',
        lastModified: new Date(),
      };
      this.versions.insert(marker);
      if (bucket.eventBridge) {
        this.outbox.add(makeObjectDeletedEvent(marker, 'Delete Marker Created', origin, marker.sequencer));
      }
      return { versionId: marker.versionId, isDeleteMarker: true };
    });
    this.outbox.publishPending();
    await this.files.removeLoose(removed);
    return deletion;
  }

  #markConflicts(bucket: string, key: string): void {
    for (const [write, target] of this.#conditionalWrites) {
      if (target.bucket === bucket && target.key === key) write.isConflicting = true;
    }
    this.database.run(
      `UPDATE uploads SET details = json_set(details, '$.isConflicting', json('true')) WHERE bucket = ? AND key = ?`,
      bucket,
      key,
    );
  }

  /** Replaces all tags. @throws ApiError as `find` does */
  setTags(bucket: string, key: string, versionId: string | undefined, tags: readonly Tag[]): StoredVersion {
    const version = this.find(bucket, key, versionId);
    this.database.transaction(() => this.versions.setTags(version, tags));
    return version;
  }

  async close(): Promise<void> {
    await this.outbox.stop();
    await this.files.close();
    this.database.close();
  }

  #removeNullVersion(bucket: string, key: string): FileSegment[] {
    const version = this.versions.find(bucket, key, NULL_VERSION);
    return version === undefined ? [] : this.#removeVersion(version);
  }

  #removeVersion(version: StoredVersion): FileSegment[] {
    this.versions.remove(version);
    this.files.release(version.segments);
    return version.segments;
  }
}
