/** Number of bytes at the start of a file that tell text from a binary format, which has control characters there. */
const TEXT_BYTES = 1024;

/** Returns whether bytes are text in an encoding that includes ASCII, or in UTF-16 with a byte order mark. */
export function isText(bytes: Buffer): boolean {
  const mark = bytes.toString('hex', 0, 2);
  const isWide = mark === 'fffe' || mark === 'feff';
  return bytes.subarray(0, TEXT_BYTES).every((byte) => !isControl(byte) || (isWide && byte === 0));
}

/** Returns whether a byte is an ASCII control other than white space, and the escape that some encodings shift with. */
function isControl(byte: number): boolean {
  return byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b;
}
