/**
 * Reads a whole body, unless it is longer than `maxBytes`.
 *
 * @param beyond `discard` reads and discards the remainder of a longer body, for senders that read no response before they
 * have sent everything; `stop` leaves it unread
 * @returns undefined if the body is longer
 */
export async function readBounded(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  beyond: 'discard' | 'stop' = 'discard',
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(Buffer.from(chunk));
    else if (beyond === 'stop') return undefined;
    else chunks.length = 0;
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}
