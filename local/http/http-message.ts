import type { Readable } from 'node:stream';

/** Whether a service reads only well-formed header values, or also those with extra spaces or missing quotes, as S3 does. */
export type HeaderSyntax = 'strict' | 'lenient';

/** HTTP request to an HTTP API or a function URL. */
export interface HttpRequest {
  readonly method: string;
  /** Percent-encoded path as sent, with its leading slash. */
  readonly rawPath: string;
  /** Percent-encoded query as sent, without the question mark. */
  readonly rawQueryString: string;
  /** Headers by lower-case name, repeated values joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sourceIp: string;
}

export interface StreamedHttpRequest extends HttpRequest {
  readonly body: Readable;
}

export interface HttpResponse {
  readonly statusCode: number;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  /** Body; it fails if the function fails while streaming. */
  readonly body: Readable;
}
