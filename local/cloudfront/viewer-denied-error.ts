/** Thrown for a request without a valid signature: status 403. */
export class ViewerDeniedError extends Error {
  override readonly name = 'ViewerDeniedError';
  /** Error code in the response body. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function accessDenied(): ViewerDeniedError {
  return new ViewerDeniedError('AccessDenied', 'Access denied');
}
