import { once } from 'node:events';
import { createServer } from 'node:http';
import { findFreePortPair } from '../test/support/laptop-cloud.ts';

const STARTED =
  '<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>';
const COMPLETED =
  '<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>"0"</ETag></CompleteMultipartUploadResult>';

/**
 * Starts a server that accepts uploads, checks nothing and discards everything, so that an upload to it takes only the
 * client's own time. It stops when the scope ends.
 */
export async function startDiscardingBucket(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.setHeader('etag', '"0"');
      if (request.method !== 'POST') response.end();
      else response.end(/[?&]uploads(?:=|&|$)/.test(request.url ?? '') ? STARTED : COMPLETED);
    });
  });
  const port = await findFreePortPair();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => void server.close(closed));
    },
  };
}
