import { Readable } from 'node:stream';
import type { Credentials } from '../aws-api/credentials.ts';
import type { ApiService } from '../aws-api/api-service.ts';
import { LifecycleSchedule } from './lifecycle-schedule.ts';
import { S3Service } from './http/s3-service.ts';
import type { Bucket, BucketConfiguration } from './store/buckets.ts';
import { expireObjects } from './store/expire-objects.ts';
import { makeDraft } from './store/make-draft.ts';
import { makeLocalOrigin } from './store/events.ts';
import { type ListedVersion, listObjectPage } from './store/listing.ts';
import { MultipartUploads } from './store/multipart-uploads.ts';
import { type Deletion, VersionStore } from './store/version-store.ts';
import type { Tag } from './store/stored-version.ts';
import type { S3Event } from './store/event-outbox.ts';
import { writeBody } from './store/write-body.ts';

interface S3Options {
  /** Directory of the objects and their records. */
  readonly dir: string;
  /** Publishes an event; resolves once EventBridge has stored it, and is retried until then, even after a crash. */
  readonly publish: (event: S3Event) => Promise<void>;
  /** Receives a failure to carry out lifecycle rules. */
  readonly onLifecycleError?: (error: unknown) => void;
}

export interface ObjectAddress {
  readonly bucket: string;
  /** Decoded key. */
  readonly key: string;
  /** @default the current version */
  readonly versionId?: string | undefined;
}

/** Version of an object, for other services of the laptop. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  /** Version id; `null` if it was written while versioning was not enabled. */
  readonly versionId: string;
  readonly sizeBytes: number;
  /** Entity tag without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly contentType: string;
  /** Stored headers such as Cache-Control by lower-case name, including Content-Type if one was given. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  /**
   * Streams bytes `start` to `end`, both included. They stay readable until the stream is closed, even if the object is
   * deleted or replaced in the meantime.
   *
   * @default the whole object
   */
  stream(start?: number, end?: number): Readable;
  /**
   * Reads bytes `start` to `end`, both included, without allocating memory for them. Each chunk is valid until the next
   * one is requested; from the first one on, the bytes stay readable even if the object is deleted or replaced.
   */
  chunks(start: number, end: number): AsyncGenerator<Buffer, void>;
  /**
   * Hard-links the object's file at a path on the same file system. The link stays readable if the object is deleted or
   * replaced. The file must never be written to, and may be longer than the object.
   *
   * @returns false if that is impossible, as for an object of several parts
   */
  link(target: string): Promise<boolean>;
}

interface NewObject {
  readonly bucket: string;
  readonly key: string;
  /** Body; a stream is written in constant memory. */
  readonly body: Readable | Buffer | string;
  /** @default binary/octet-stream */
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly tags?: readonly Tag[] | undefined;
  /** Requester in the event. @default s3.amazonaws.com */
  readonly requester?: string | undefined;
}

/** S3 for the API server and for services in the same process. */
export class S3 {
  readonly #store: VersionStore;
  readonly #uploads: MultipartUploads;
  readonly #lifecycle: LifecycleSchedule;
  readonly #closing = new AbortController();

  private constructor(
    store: VersionStore,
    { onLifecycleError = () => undefined }: Omit<S3Options, 'dir' | 'publish'>,
  ) {
    this.#store = store;
    this.#uploads = new MultipartUploads(store);
    this.#lifecycle = new LifecycleSchedule({ run: (nowMs) => this.expireObjects(nowMs), onError: onLifecycleError });
  }

  /** Opens the directory, even after a crash. No event is published before `start`. */
  static async open({ dir, publish, ...options }: S3Options): Promise<S3> {
    const store = new VersionStore(dir, publish);
    try {
      await store.files.sweep();
      return new S3(store, options);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Starts publishing events, including those of an earlier run, and expiring objects. Call it once their receivers exist. */
  start(): void {
    this.#store.files.start();
    this.#store.outbox.start();
    this.#lifecycle.start();
  }

  /** Carries out the lifecycle rules of all buckets as of a time, in milliseconds since the epoch. */
  async expireObjects(nowMs: number): Promise<void> {
    const { signal } = this.#closing;
    await expireObjects({ store: this.#store, uploads: this.#uploads, nowMs, signal });
  }

  /** Closes the store; unpublished events are kept for the next run. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lifecycle.stop();
    await this.#store.close();
  }

  /** Returns the REST API, for `createApiServer`. */
  /** @param mustSlowDown whether the next request of a role gets 503 `SlowDown`; none by default */
  apiService(credentials: Credentials, mustSlowDown = (): boolean => false): ApiService {
    return new S3Service(this.#store, this.#uploads, credentials, mustSlowDown);
  }

  /** Creates a bucket, or replaces the configuration of an existing one. */
  putBucket(name: string, configuration: Partial<BucketConfiguration> = {}): void {
    this.#store.buckets.put(name, { eventBridge: false, corsRules: [], tags: [], lifecycleRules: [], ...configuration });
  }

  /** Sets the policy document; undefined removes it. @throws ApiError `NoSuchBucket` */
  putBucketPolicy(name: string, policy: unknown): void {
    const { name: _name, created: _created, ...configuration } = this.#store.buckets.get(name);
    this.#store.buckets.put(name, { ...configuration, policy });
  }

  /** Deletes an empty bucket. @throws ApiError `BucketNotEmpty` */
  deleteBucket(name: string): void {
    this.#store.buckets.delete(name);
  }

  /** Returns the names of all buckets. */
  listBuckets(): readonly string[] {
    return this.#store.buckets.list().map(({ name }) => name);
  }

  findBucket(name: string): Bucket | undefined {
    return this.#store.buckets.find(name);
  }

  /** Returns a version. @throws ApiError `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker */
  async getObject({ bucket, key, versionId }: ObjectAddress): Promise<S3Object> {
    const version = this.#store.find(bucket, key, versionId);
    const { files } = this.#store;
    return {
      bucket,
      key,
      versionId: version.versionId,
      sizeBytes: version.sizeBytes,
      etag: version.etag,
      lastModified: version.lastModified,
      contentType: version.headers['content-type'] ?? 'binary/octet-stream',
      headers: version.headers,
      metadata: version.metadata,
      tags: version.tags,
      storageClass: version.storageClass,
      stream: (start = 0, end = version.sizeBytes - 1) => files.read(version.segments, start, end),
      chunks: (start, end) => files.readChunks(version.segments, start, end),
      link: (target) => files.linkOutside(version.segments, target),
    };
  }

  /** Stores an object; if the body fails, nothing is stored. @throws ApiError `NoSuchBucket` */
  async put(object: NewObject): Promise<{ etag: string; versionId: string; sizeBytes: number }> {
    const { bucket, body, contentType, cacheControl, metadata, tags, requester } = object;
    this.#store.buckets.get(bucket);
    const source = body instanceof Readable ? body : Readable.from([Buffer.from(body)]);
    const written = await writeBody(this.#store.files, source, []);
    const description = {
      headers: {
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
      },
      metadata: { ...metadata },
      tags: [...(tags ?? [])],
      storageClass: 'STANDARD',
    };
    const draft = makeDraft(object, description, written);
    const version = await this.#store.commit(draft, 'PutObject', makeLocalOrigin(requester ?? 's3.amazonaws.com'));
    return { etag: version.etag, versionId: version.versionId, sizeBytes: version.sizeBytes };
  }

  /** Lists the current objects whose key begins with the prefix, in the byte order of their keys, page by page. */
  async *list({
    bucket,
    prefix = '',
  }: {
    bucket: string;
    prefix?: string;
  }): AsyncGenerator<ListedVersion, void, undefined> {
    let after: string | undefined;
    for (;;) {
      const page = listObjectPage(this.#store.database, { bucket, prefix, after, limit: 1000 });
      yield* page.items;
      if (!page.isTruncated) return;
      after = page.last;
    }
  }

  /** Deletes an object as DeleteObject does: with a marker in a versioned bucket, permanently with a version id. */
  async delete({ bucket, key, versionId }: ObjectAddress): Promise<Deletion> {
    return await this.#store.delete(bucket, key, versionId, makeLocalOrigin('s3.amazonaws.com'));
  }
}
