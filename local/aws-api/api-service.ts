import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Access } from '../iam/access.ts';

/** Wire protocols of the AWS SDKs. https://smithy.io/2.0/aws/protocols/index.html */
export type Protocol = 'rest-xml' | 'json' | 'query' | 'rest-json';

/** Signer of a request. */
export interface Caller {
  readonly accessKeyId: string;
  /** `arn:aws:iam::…:user/operator` for the operator, `arn:aws:sts::…:assumed-role/<role>/<session>` for a role's session. */
  readonly principalArn: string;
  /** Role whose policies apply; absent for the operator, who is an administrator of the account. */
  readonly roleArn?: string;
}

/** Caller of an unsigned request. */
export const ANONYMOUS_CALLER: Caller = { accessKeyId: '', principalArn: '*' };

/** Request whose signature has been verified, or that a service accepts unsigned. */
export interface ApiCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Percent-encoded path as sent, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  /**
   * Checks that policies allow everything that the request needs.
   *
   * @param signer @default the caller
   * @throws ApiError that says in the service's protocol what is denied
   */
  authorize(accesses: readonly Access[], signer?: Caller): Promise<void>;
  /**
   * Body without its `aws-chunked` framing. It fails with an `ApiError` if the bytes do not match the signed hash or the
   * signature of a chunk, so nothing may be kept before it ends. Leaving it early does not close the connection.
   */
  readonly payload: Readable;
  /** Trailing headers of an `aws-chunked` body by lower-case name; complete once `payload` has ended. */
  readonly trailers: ReadonlyMap<string, string>;
  /** Reads the whole body. @throws ApiError `EntityTooLarge` beyond 10 MiB */
  readBody(): Promise<Buffer>;
  readonly requestId: string;
}

export interface ApiService {
  /** Service part of the credential scope, such as `s3` or `events`. */
  readonly signingName: string;
  readonly protocol: Protocol;
  /** Error code of a request that policies deny. @default that of the protocol */
  readonly deniedCode?: string;
  /** Returns whether the service accepts this unsigned request. @default never */
  acceptsUnsigned?(request: IncomingMessage): boolean;
  /** Whether it accepts unsigned requests only if no other service accepts them. At most one service does. */
  readonly acceptsUnsignedLast?: boolean;
  /** Sets headers that even signature errors need, such as those of CORS. */
  prepareResponse?(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Handles a request.
   *
   * @throws ApiError which the server sends in the service's protocol; any other error becomes an `InternalError`
   */
  handle(call: ApiCall): Promise<void>;
}
