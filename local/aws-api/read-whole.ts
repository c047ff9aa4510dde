import { ApiError } from './api-error.ts';

/** More than the largest request of any API that takes its body whole (6 MiB, an invocation of Lambda). */
const MAX_WHOLE_BODY_BYTES = 10 * 1024 * 1024;

/** @throws ApiError `EntityTooLarge` beyond 10 MiB */
export async function readWhole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_WHOLE_BODY_BYTES) {
      throw new ApiError('EntityTooLarge', 413, `The body exceeds ${MAX_WHOLE_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
