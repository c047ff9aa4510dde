/** Thrown for a request that its signature, or the lack of one, does not admit: status 403. */
export class ViewerDenied extends Error {
  override readonly name = 'ViewerDenied';
  /** As CloudFront writes it in the body. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const accessDenied = (): ViewerDenied => new ViewerDenied('AccessDenied', 'Access denied');
