/**
 * Returns whether a video tag holds a frame, rather than a command or H.264 parameters: Video File Format Specification 10.1,
 * E.4.3.1 and E.4.3.2.
 *
 * @param data at least the first two bytes after the tag's head
 */
export function isFrame([first = 0, packetType]: Uint8Array): boolean {
  const isCommand = first >> 4 === 5;
  return !isCommand && (first & 0x80) === 0 && ((first & 0x0f) !== 7 || packetType === 1);
}
