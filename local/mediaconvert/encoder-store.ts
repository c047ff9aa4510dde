import type { Readable } from 'node:stream';

/** An object that is there. */
export interface SourceObject {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly contentType?: string;
  /** All of its bytes. */
  stream(): Readable;
}

/** What the encoder needs of S3. */
export interface EncoderStore {
  /** The current version; undefined if there is none, or no such bucket. */
  find(bucket: string, key: string): Promise<SourceObject | undefined>;
  /** @throws Error if there is no such bucket */
  put(object: { bucket: string; key: string; contentType: string; body: Readable | Buffer }): Promise<void>;
}

/** @param uri `s3://bucket/key`, the key as it is, not percent-encoded */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return { bucket, key };
}
