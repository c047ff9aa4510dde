import { once } from 'node:events';
import type { ApiService } from '../local/aws-api/api-service.ts';
import { Credentials } from '../local/aws-api/credentials.ts';
import { createApiServer } from '../local/aws-api/server.ts';
import { findFreePortPair } from '../test/support/laptop-cloud.ts';

const STARTED =
  '<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>';
const COMPLETED =
  '<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>"0"</ETag></CompleteMultipartUploadResult>';

/** S3 that reads bodies to their end, stores nothing and computes no digest. */
const DISCARDING: ApiService = {
  signingName: 's3',
  protocol: 'rest-xml',
  handle: async ({ request, response, query, payload }) => {
    await once(payload.resume(), 'end');
    response.setHeader('etag', '"0"');
    if (request.method !== 'POST') response.end();
    else response.end(query.has('uploads') ? STARTED : COMPLETED);
  },
};

/**
 * Starts a server that checks the signatures of uploads and the signed hashes of their bodies, and discards everything. It
 * stops when the scope ends.
 *
 * @param stateDirectory state of the cloud whose credentials it accepts
 */
export async function startDiscardingBucket(stateDirectory: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createApiServer({ credentials: Credentials.open(stateDirectory), services: [DISCARDING] });
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
