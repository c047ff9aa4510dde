import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** Wire protocols of the AWS SDKs. https://smithy.io/2.0/aws/protocols/index.html */
export type Protocol = 'rest-xml' | 'json' | 'query' | 'rest-json';

/** Who signed the request. */
export interface Caller {
  readonly accessKeyId: string;
  /** `arn:aws:iam::…:root` for the operator, `arn:aws:sts::…:assumed-role/<role>/<session>` for a role's session. */
  readonly principalArn: string;
  /** Role whose policies decide; absent for the operator, who may do anything. */
  readonly roleArn?: string;
}

/** Caller of a request without a signature. */
export const ANONYMOUS_CALLER: Caller = { accessKeyId: '', principalArn: '*' };

/** One request whose signature holds. */
export interface ApiCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As sent: still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  /**
   * The body without its `aws-chunked` framing. It fails with an `ApiError` when the bytes do not match the signed hash
   * or a chunk's signature, so nothing may be kept before it has ended. Leaving it early does not close the connection.
   */
  readonly payload: Readable;
  /** Trailing headers of an `aws-chunked` body by lower-case name; complete once `payload` has ended. */
  readonly trailers: ReadonlyMap<string, string>;
  /** @throws ApiError `EntityTooLarge` beyond 10 MiB */
  readBody(): Promise<Buffer>;
  readonly requestId: string;
}

export interface ApiService {
  /** Service part of the credential scope, such as `s3` or `events`. */
  readonly signingName: string;
  readonly protocol: Protocol;
  /** Whether this request without a signature is the service's to answer. @default never */
  acceptsUnsigned?(request: IncomingMessage): boolean;
  /** Whether it accepts unsigned requests only if no other service accepts them. At most one service does. */
  readonly acceptsUnsignedLast?: boolean;
  /** Sets headers that errors of the signature check must carry too, such as those of CORS. */
  prepareResponse?(request: IncomingMessage, response: ServerResponse): void;
  /**
   * @throws ApiError which the server writes in the service's protocol; any other error becomes an `InternalError`
   */
  handle(call: ApiCall): Promise<void>;
}
