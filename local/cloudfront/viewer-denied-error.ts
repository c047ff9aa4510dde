/** Thrown for a request that its signature, or the lack of one, does not admit: status 403. */
export class ViewerDeniedError extends Error {
  override readonly name = 'ViewerDeniedError';
  /** As CloudFront writes it in the body. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function accessDenied(): ViewerDeniedError {
  return new ViewerDeniedError('AccessDenied', 'Access denied');
}
