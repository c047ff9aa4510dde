import type { CorsRule } from '../http/cors.ts';
import type { Access, Principal } from '../iam/access.ts';
import type { HttpResponse, StreamedHttpRequest } from '../http/http-message.ts';
import type { Body } from './representation.ts';

/** Object in a bucket. */
export interface S3OriginObject {
  readonly sizeBytes: number;
  /** Entity tag with its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Headers stored with the object, by lower-case name: `content-type`, `cache-control`, `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Reads bytes `start` to `end`, both included, of this version. */
  read(start: number, end: number): Body;
  /** Hard-links this version's bytes, in a file that may be longer. @returns false if that is impossible */
  readonly link?: ((target: string) => Promise<boolean>) | undefined;
}

/** Bucket that CloudFront reads as far as policies allow. */
export interface S3Origin {
  readonly bucket: string;
  /** Returns whether policies allow a request. */
  may(principal: Principal, access: Access): Promise<boolean>;
  corsRules(): readonly CorsRule[];
  /** Finds an object. @param key decoded key */
  getObject(key: string): Promise<S3OriginObject | undefined>;
}

/** Finds the resource behind the domain name of an origin; undefined if the template has none. */
export interface Origins {
  /** Finds a bucket. @param domainName `<bucket>.s3.<region>.amazonaws.com` */
  bucket(domainName: string): S3Origin | undefined;
  /**
   * Finds a function URL.
   *
   * @param domainName `<id>.lambda-url.<region>.on.aws`
   * @param distributionArn distribution that signs the requests
   */
  functionUrl(domainName: string, distributionArn: string): ((request: StreamedHttpRequest) => Promise<HttpResponse>) | undefined;
  /**
   * @param domainName `<id>.execute-api.<region>.amazonaws.com`
   */
  httpApi?(domainName: string): ((request: StreamedHttpRequest) => Promise<HttpResponse>) | undefined;
}
