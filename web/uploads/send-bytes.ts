import type { PresignedRequest } from '../../lambdas/contracts/api/upload.ts';
import { makeLocalProblem } from '../api/api-problem.ts';

/** Time without a sent byte after which a connection counts as dead. */
const STALL_MS = 60_000;

/** Headers that the browser sets itself and scripts may not set. https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN_HEADERS = new Set(['content-length', 'host']);

/**
 * Sends bytes to the bucket. Uses XMLHttpRequest, since `fetch` reports no upload progress.
 *
 * @param onProgress called with the bytes sent in this attempt
 * @returns HTTP status, 0 without a response
 * @throws ApiProblemError `unreadable_file` if the file was changed or removed; the signal's reason when aborted
 */
export async function sendBytes(
  presigned: PresignedRequest,
  bytes: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  await bytes.slice(0, 1).arrayBuffer().catch((error: unknown) => {
    throw makeLocalProblem('unreadable_file', 'The file can no longer be read.', error);
  });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout> | undefined;
    const watch = (): void => {
      clearTimeout(stall);
      stall = setTimeout(() => request.abort(), STALL_MS);
    };
    const abort = (): void => request.abort();
    request.open(presigned.method, presigned.url);
    for (const [name, value] of Object.entries(presigned.headers)) {
      if (!FORBIDDEN_HEADERS.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', (event) => {
      watch();
      onProgress(event.loaded);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(stall);
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(new Error('aborted', { cause: signal.reason }));
      else resolve(request.status);
    });
    signal.addEventListener('abort', abort, { once: true });
    watch();
    request.send(bytes);
  });
}
