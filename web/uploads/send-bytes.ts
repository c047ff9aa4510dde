import type { PartUrls } from '../../lambdas/contracts/api/upload.ts';
import { localProblem } from '../api/api-problem.ts';

export type PresignedRequest = PartUrls['parts'][number]['request'];

/** Without a byte going out for so long, a connection is taken for dead. */
const STALL_MS = 60_000;

/** Set by the browser itself, and refused to scripts. https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN_HEADERS = new Set(['content-length', 'host']);

/**
 * Sends bytes to the bucket. By XMLHttpRequest, since `fetch` does not say how much of a body has gone out.
 *
 * @param onProgress of this try
 * @returns the status of the answer, 0 when there was none
 * @throws ProblemError `unreadable_file` when the file has changed, or is gone; the signal's reason when aborted
 */
export async function sendBytes(
  presigned: PresignedRequest,
  bytes: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  await bytes.slice(0, 1).arrayBuffer().catch((error: unknown) => {
    throw localProblem('unreadable_file', 'The file can no longer be read.', error);
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
