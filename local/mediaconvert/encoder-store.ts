import type { Readable } from 'node:stream';

/** An object that can be encoded. */
export interface SourceObject {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly contentType?: string;
  /** Streams all bytes. */
  stream(): Readable;
}

/** Buckets as the encoder reads and writes them. */
export interface EncoderStore {
  /** Finds the current version. Returns undefined if the object or the bucket does not exist. */
  find(bucket: string, key: string): Promise<SourceObject | undefined>;
  /** @throws Error if the bucket does not exist */
  put(object: { bucket: string; key: string; contentType: string; body: Readable | Buffer }): Promise<void>;
}

/** Parses `s3://bucket/key`, where the key is not percent-encoded. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return { bucket, key };
}
