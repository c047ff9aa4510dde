import type { Readable } from 'node:stream';
import type { CorsRule } from '../http/cors.ts';

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

/** What the edge asks a function URL. */
export interface FunctionUrlRequest {
  readonly method: string;
  /** As sent by the viewer, still percent-encoded. */
  readonly rawPath: string;
  /** Without the question mark. */
  readonly rawQueryString: string;
  /** By lower-case name; values of a repeated one joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  readonly sourceIp: string;
}

export interface FunctionUrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
  readonly body: Readable;
}

/** Where the edge finds what stands behind the domain name of an origin; undefined where nothing of the template does. */
export interface Origins {
  /** @param domainName `<bucket>.s3.<region>.amazonaws.com` */
  bucket(domainName: string): S3Origin | undefined;
  /** @param domainName `<id>.lambda-url.<region>.on.aws` */
  functionUrl(domainName: string): ((request: FunctionUrlRequest) => Promise<FunctionUrlResponse>) | undefined;
  /**
   * What asks an HTTP API, in the same shape.
   *
   * @param domainName `<id>.execute-api.<region>.amazonaws.com`
   */
  httpApi?(domainName: string): ((request: FunctionUrlRequest) => Promise<FunctionUrlResponse>) | undefined;
}
