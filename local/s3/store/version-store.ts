import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Buckets } from './buckets.ts';
import { Database } from './database.ts';
import { type CreationReason, type Origin, objectCreated, objectDeleted } from './events.ts';
import { NULL_VERSION, type ObjectDetails, type StoredVersion, ObjectVersions, type Tag } from './stored-version.ts';
import { EventOutbox, type S3Event } from './event-outbox.ts';
import { s3Error } from './s3-error.ts';
import { type FileSegment, SegmentFiles } from './segment-files.ts';

/** An object whose bytes are written and which nobody sees yet. */
export interface Draft extends ObjectDetails {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteConditions {
  /** The current object must have this ETag. */
  readonly ifMatch?: string | undefined;
  /** There must be no current object. */
  readonly ifNoneMatch?: '*' | undefined;
}

export interface Deletion {
  /** Of the version removed, or of the marker made; absent where the bucket has no versions. */
  readonly versionId?: string;
  /** Whether a marker was made, or the version removed was one. */
  readonly isDeleteMarker: boolean;
}

/** Looks like S3's: 32 characters that need no escaping. */
function newVersionId(): string {
  return randomBytes(24).toString('base64url').replaceAll('-', '.');
}

const EMPTY_DETAILS = { headers: {}, metadata: {}, tags: [], storageClass: 'STANDARD', segments: [] };

/**
 * Objects and their versions on disk. Every change is one transaction that holds its event as well; the bytes were
 * written before it, or are removed after it.
 */
export class VersionStore {
  readonly database: Database;
  readonly buckets: Buckets;
  readonly versions: ObjectVersions;
  readonly files: SegmentFiles;
  readonly outbox: EventOutbox;

  /** Opens what the directory holds; `sweep` follows. */
  constructor(dir: string, publish: (event: S3Event) => Promise<void>) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.database = new Database(dir);
    this.buckets = new Buckets(this.database);
    this.versions = new ObjectVersions(this.database);
    this.files = new SegmentFiles(path.join(dir, 'segments'), this.database);
    this.outbox = new EventOutbox(this.database, publish);
  }

  /**
   * Makes the draft the latest version of its key. The draft's segments become the store's whatever happens.
   *
   * @throws ApiError `NoSuchBucket`, `PreconditionFailed`, or `NoSuchKey` where a match was wanted and nothing is there
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
          sequencer: this.versions.nextSequencer(),
          isLatest: true,
          isDeleteMarker: false,
          lastModified: new Date(),
        };
        this.versions.insert(committed);
        this.files.adopt(draft.segments);
        if (bucket.eventBridge) this.outbox.add(objectCreated(committed, reason, origin));
        within();
        return committed;
      });
    } catch (error) {
      // Segments of parts belong to their upload, which is still there.
      if (draft.parts === undefined) await this.files.removeLoose(draft.segments);
      throw error;
    }
    this.outbox.wake();
    await this.files.removeLoose(replaced);
    return version;
  }

  /** @throws ApiError `PreconditionFailed`, or `NoSuchKey` where a match was wanted and nothing is there */
  checkConditions(bucket: string, key: string, { ifMatch, ifNoneMatch }: WriteConditions): void {
    if (ifMatch === undefined && ifNoneMatch === undefined) return;
    const latest = this.versions.latest(bucket, key);
    const current = latest?.isDeleteMarker === false ? latest : undefined;
    if (ifNoneMatch !== undefined && current !== undefined) {
      throw s3Error('PreconditionFailed', { Condition: 'If-None-Match' });
    }
    if (ifMatch === undefined) return;
    if (current === undefined) throw s3Error('NoSuchKey', { Key: key });
    if (ifMatch !== '*' && ifMatch !== current.etag) throw s3Error('PreconditionFailed', { Condition: 'If-Match' });
  }

  /**
   * @throws ApiError `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker asked for by its id
   */
  find(bucket: string, key: string, versionId?: string): StoredVersion {
    this.buckets.get(bucket);
    if (versionId === undefined) {
      const latest = this.versions.latest(bucket, key);
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
   * Deletes as the bucket's versioning has it: a marker before the versions, or the version named for good. What is not
   * there is deleted with success, as S3 has it.
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
      if (versionId !== undefined || bucket.versioning === undefined) {
        const gone = this.versions.find(bucketName, key, versionId ?? NULL_VERSION);
        const shown = versionId === undefined ? {} : { versionId };
        if (gone === undefined) return { ...shown, isDeleteMarker: false };
        removed = this.#removeVersion(gone);
        if (bucket.eventBridge) {
          const sequencer = this.versions.nextSequencer();
          this.outbox.add(objectDeleted(gone, 'Permanently Deleted', origin, sequencer));
        }
        return { ...shown, isDeleteMarker: gone.isDeleteMarker };
      }
      if (bucket.versioning === 'Suspended') removed = this.#removeNullVersion(bucketName, key);
      const marker: StoredVersion = {
        ...EMPTY_DETAILS,
        bucket: bucketName,
        key,
        versionId: bucket.versioning === 'Enabled' ? newVersionId() : NULL_VERSION,
        sequencer: this.versions.nextSequencer(),
        isLatest: true,
        isDeleteMarker: true,
        sizeBytes: 0,
        etag: '',
        lastModified: new Date(),
      };
      this.versions.insert(marker);
      if (bucket.eventBridge) {
        this.outbox.add(objectDeleted(marker, 'Delete Marker Created', origin, marker.sequencer));
      }
      return { versionId: marker.versionId, isDeleteMarker: true };
    });
    this.outbox.wake();
    await this.files.removeLoose(removed);
    return deletion;
  }

  /** Replaces the whole set. @throws ApiError as `find` does */
  setTags(bucket: string, key: string, versionId: string | undefined, tags: readonly Tag[]): StoredVersion {
    const version = this.find(bucket, key, versionId);
    this.database.transaction(() => this.versions.setTags(version, tags));
    return version;
  }

  async close(): Promise<void> {
    await this.outbox.stop();
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
