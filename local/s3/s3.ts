import { Readable } from 'node:stream';
import type { Credentials } from '../aws-api/credentials.ts';
import type { ApiService } from '../aws-api/service.ts';
import type { ByteRange } from '../http/byte-range.ts';
import { S3Service } from './http/s3-service.ts';
import type { Bucket, BucketConfiguration } from './store/buckets.ts';
import { draftFromBody } from './store/draft-from-body.ts';
import { localOrigin } from './store/events.ts';
import { type ListedVersion, listObjectPage } from './store/listing.ts';
import { MultipartUploads } from './store/multipart-uploads.ts';
import { type Deletion, VersionStore } from './store/version-store.ts';
import type { Tag } from './store/stored-version.ts';
import type { S3Event } from './store/event-outbox.ts';
import { resolveRange } from './store/resolve-range.ts';
import { writeBody } from './store/write-body.ts';

export interface S3Options {
  /** Directory of its own, where objects and their records are kept. */
  readonly dir: string;
  /** Resolves once EventBridge has kept the event; called again until it does, also after a crash. */
  readonly publish: (event: S3Event) => Promise<void>;
}

export interface ObjectAddress {
  readonly bucket: string;
  /** As it is, not encoded. */
  readonly key: string;
  /** @default the current version */
  readonly versionId?: string | undefined;
}

/** One version of an object, as other services of the laptop see it. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  /** `null` if it was written while versioning was off. */
  readonly versionId: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly contentType: string;
  /** Cache-Control and the like by lower-case name, Content-Type among them where one was given. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** What the `range` asked for comes to; absent for the whole object. */
  readonly range?: ByteRange;
  /**
   * Bytes `start` to `end`, both included. Once this has been called, the bytes stay readable until the stream is closed,
   * even if the object is deleted or replaced meanwhile.
   *
   * @default from the first byte to the last
   */
  stream(start?: number, end?: number): Readable;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  /** A stream is written as it comes, at constant memory. */
  readonly body: Readable | Buffer | string;
  /** @default binary/octet-stream */
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly tags?: readonly Tag[] | undefined;
  /** Account or service named in the event. @default s3.amazonaws.com */
  readonly requester?: string | undefined;
}

/** Objects in buckets, for the API server and for services in the same process. */
export class S3 {
  readonly #store: VersionStore;
  readonly #uploads: MultipartUploads;

  private constructor(store: VersionStore) {
    this.#store = store;
    this.#uploads = new MultipartUploads(store);
  }

  /** Opens what an earlier run has left, whether it ended in order or not. No event is published before `start`. */
  static async open({ dir, publish }: S3Options): Promise<S3> {
    const store = new VersionStore(dir, publish);
    await store.files.sweep();
    return new S3(store);
  }

  /** Begins to publish events, those left by an earlier run first: to be called once their receivers exist. */
  start(): void {
    this.#store.outbox.start();
  }

  /** Events not yet published stay for the next run. */
  async close(): Promise<void> {
    await this.#store.close();
  }

  /** The wire protocol, for `createApiServer`. */
  apiService(credentials: Credentials): ApiService {
    return new S3Service(this.#store, this.#uploads, credentials);
  }

  /** Creates a bucket, or gives the one of that name this configuration in place of its own. */
  putBucket(name: string, configuration: Partial<BucketConfiguration> = {}): void {
    this.#store.buckets.put(name, { eventBridge: false, corsRules: [], tags: [], ...configuration });
  }

  /** Keeps the policy document; undefined removes it. @throws ApiError `NoSuchBucket` */
  putBucketPolicy(name: string, policy: unknown): void {
    const { name: _name, created: _created, ...configuration } = this.#store.buckets.get(name);
    this.#store.buckets.put(name, { ...configuration, policy });
  }

  findBucket(name: string): Bucket | undefined {
    return this.#store.buckets.find(name);
  }

  /**
   * @param range a `Range` header; what it comes to is in the answer
   * @throws ApiError `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` (a delete marker), `InvalidRange`
   */
  async getObject({
    bucket,
    key,
    versionId,
    range,
  }: ObjectAddress & { range?: string | undefined }): Promise<S3Object> {
    const version = this.#store.find(bucket, key, versionId);
    const resolved = resolveRange(range, version.sizeBytes);
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
      ...(resolved === undefined ? {} : { range: resolved }),
      stream: (start = 0, end = version.sizeBytes - 1) => files.read(version.segments, start, end),
    };
  }

  /**
   * Bytes `start` to `end`, both included, of a version (undefined: the current one). What does not exist becomes the
   * stream's error, an `ApiError` with S3's code.
   */
  readRange(bucket: string, key: string, versionId: string | undefined, start: number, end: number): Readable {
    try {
      return this.#store.files.read(this.#store.find(bucket, key, versionId).segments, start, end);
    } catch (error) {
      const failed = new Readable({ read: () => undefined });
      failed.destroy(error instanceof Error ? error : new Error(String(error)));
      return failed;
    }
  }

  /** @throws ApiError `NoSuchBucket`; nothing is kept if the body fails */
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
    const draft = draftFromBody(object, description, written);
    const version = await this.#store.commit(draft, 'PutObject', localOrigin(requester ?? 's3.amazonaws.com'));
    return { etag: version.etag, versionId: version.versionId, sizeBytes: version.sizeBytes };
  }

  /** Current objects whose key begins with the prefix, in the order of their keys' bytes, a page at a time. */
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

  /** As DeleteObject: a marker on a versioned bucket, for good with a version id. What is not there is no error. */
  async delete({ bucket, key, versionId }: ObjectAddress): Promise<Deletion> {
    return await this.#store.delete(bucket, key, versionId, localOrigin('s3.amazonaws.com'));
  }
}
