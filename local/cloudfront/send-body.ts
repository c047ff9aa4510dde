import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Body } from './representation.ts';

/**
 * Sends a body at the speed of the viewer.
 *
 * @throws Error with the code `ERR_STREAM_PREMATURE_CLOSE` if the viewer leaves before the end
 */
export async function sendBody(body: Body, response: ServerResponse): Promise<void> {
  if (body instanceof Readable) return pipeline(body, response);
  for await (const bytes of body) await sendChunk(bytes, response);
  response.end();
}

/** Resolves when the bytes have been written, so that their buffer can be reused. */
function sendChunk(bytes: Buffer, response: ServerResponse): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const rejectAsClosed = (): void =>
    reject(Object.assign(new Error('The viewer closed the connection.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  if (response.closed || response.destroyed) rejectAsClosed();
  response.once('close', rejectAsClosed);
  response.write(bytes, (error) => {
    response.off('close', rejectAsClosed);
    if (error) rejectAsClosed();
    else resolve();
  });
  return promise;
}
