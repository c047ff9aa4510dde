import type { Readable } from 'node:stream';
import type { CorsRule } from '../http/cors.ts';
import type { HttpResponse, StreamedHttpRequest } from '../http/http-message.ts';

/** An object as the edge reads it from a bucket. */
export interface S3OriginObject {
  readonly sizeBytes: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Stored with the object, by lower-case name: `content-type`, `cache-control`, `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Bytes `start` to `end`, both included, of exactly this version. */
  read(start: number, end: number): Readable;
}

/** A bucket, with the policy that says what CloudFront may read. */
export interface S3Origin {
  readonly bucket: string;
  /** The policy document; undefined where the bucket has none. */
  policy(): unknown;
  corsRules(): readonly CorsRule[];
  /** @param key decoded */
  getObject(key: string): Promise<S3OriginObject | undefined>;
}

/** Where the edge finds what stands behind the domain name of an origin; undefined where nothing of the template does. */
export interface Origins {
  /** @param domainName `<bucket>.s3.<region>.amazonaws.com` */
  bucket(domainName: string): S3Origin | undefined;
  /** @param domainName `<id>.lambda-url.<region>.on.aws` */
  functionUrl(domainName: string): ((request: StreamedHttpRequest) => Promise<HttpResponse>) | undefined;
  /**
   * What asks an HTTP API, in the same shape.
   *
   * @param domainName `<id>.execute-api.<region>.amazonaws.com`
   */
  httpApi?(domainName: string): ((request: StreamedHttpRequest) => Promise<HttpResponse>) | undefined;
}
