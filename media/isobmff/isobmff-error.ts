/** Defect of a file that is not a valid ISO base media file. */
export type IsobmffErrorCode =
  /** The file does not begin with any of the boxes that an ISO base media file can begin with. */
  | 'not_isobmff'
  /** A box claims fewer bytes than its own header takes. */
  | 'box_too_small'
  /** A top-level box claims more bytes than the file has: the file was cut off, or the claim is false. */
  | 'box_beyond_file'
  /** A box claims more bytes than its parent has. */
  | 'box_beyond_parent'
  | 'too_many_boxes'
  /** Tables of all tracks together have more entries than any real file. */
  | 'too_many_entries'
  | 'too_deep'
  /** A field extends beyond the end of its box. */
  | 'field_beyond_box'
  /** A field's value makes no sense, such as a timescale of zero. */
  | 'bad_value'
  | 'no_moov'
  | 'moov_too_large';

/** Thrown when a file is not a valid ISO base media file. */
export class IsobmffError extends Error {
  override readonly name = 'IsobmffError';
  readonly code: IsobmffErrorCode;
  /** Four-character code of the box at fault, if known. */
  readonly boxType: string | undefined;

  constructor(code: IsobmffErrorCode, message: string, boxType?: string) {
    super(message);
    this.code = code;
    this.boxType = boxType;
  }
}

/** Returns what a function reads, or undefined if it throws an `IsobmffError`. */
export function unlessDamaged<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof IsobmffError) return undefined;
    throw error;
  }
}
