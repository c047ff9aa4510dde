import type { Readable } from 'node:stream';

/** The whole stream, or undefined if it is longer; it is read to its end either way. */
export async function readBounded(stream: Readable, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length <= mostBytes) chunks.push(bytes);
    else chunks.length = 0;
  }
  return length <= mostBytes ? Buffer.concat(chunks) : undefined;
}
