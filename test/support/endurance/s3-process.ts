import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { S3 } from '../../../local/s3/s3.ts';

/** Runs only S3, with a bucket `b`, in the directory given as argument; prints its endpoint and keys. */
const [directory = '.'] = process.argv.slice(2);
const s3 = await S3.open({ dir: join(directory, 's3'), publish: async () => undefined });
s3.putBucket('b');
s3.start();
const credentials = Credentials.open(join(directory, 'keys'));
const server = createApiServer({ credentials, services: [s3.apiService(credentials)] });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, ...credentials.operator() })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
