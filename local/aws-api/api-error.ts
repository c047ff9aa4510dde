/** An answer other than success, written in the wire protocol of the service that was called. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** As the AWS documentation of the service names it, such as `NoSuchKey`. */
  readonly code: string;
  readonly status: number;
  /** Whether the caller has to change the request; otherwise the fault is the service's and trying again may help. */
  readonly senderFault: boolean;
  /** Further elements of the error's body: `BucketName`, `Key`, … */
  readonly details: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    more: {
      details?: Record<string, string>;
      headers?: Record<string, string>;
      senderFault?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = status;
    this.senderFault = more.senderFault ?? status < 500;
    this.details = more.details ?? {};
    this.headers = more.headers ?? {};
  }
}
