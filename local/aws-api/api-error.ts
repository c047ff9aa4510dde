/** Error response, which the server writes in the wire protocol of the called service. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Error code from the AWS documentation of the service, such as `NoSuchKey`. */
  readonly code: string;
  readonly status: number;
  /** Whether the request is at fault; otherwise the service is, and a retry may succeed. */
  readonly senderFault: boolean;
  /** Additional elements of the error body: `BucketName`, `Key`, … */
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
