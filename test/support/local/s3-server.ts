import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { S3 } from '../../../local/s3/s3.ts';
import type { S3Event } from '../../../local/s3/store/event-outbox.ts';
import { type RawRequest, signedFetch, type Signing } from './sign-request.ts';

/** S3 behind its real server on a free port, in a temporary directory. */
export interface S3Server {
  readonly s3: S3;
  readonly client: S3Client;
  readonly credentials: Credentials;
  readonly endpoint: string;
  /** Signing parameters of the operator. */
  readonly signing: Signing;
  readonly dir: string;
  /** Signs and sends a request, with an unsigned payload unless its headers say otherwise. */
  fetch(request: RawRequest): Promise<Response>;
  /** Returns the names of all files with bytes of objects, parts or unfinished uploads. */
  files(): string[];
  /** Events published so far. */
  readonly events: S3Event[];
  /** Waits until that many events have been published. */
  eventsReach(count: number): Promise<void>;
  /** Stops the server, but keeps the directory. */
  stop(): Promise<void>;
  close(): Promise<void>;
  /** Restarts the server on the same directory. */
  restart(): Promise<S3Server>;
}

interface S3ServerOptions {
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Whether the next request of a role gets 503. */
  readonly mustSlowDown?: () => boolean;
}

export async function startS3(
  dir = mkdtempSync(path.join(tmpdir(), 's3-test-')),
  { now = () => new Date(), mustSlowDown = () => false }: S3ServerOptions = {},
): Promise<S3Server> {
  const events: S3Event[] = [];
  let onEvent: (() => void) | undefined;
  const s3 = await S3.open({
    dir: path.join(dir, 's3'),
    publish: async (event) => {
      events.push(event);
      onEvent?.();
    },
  });
  s3.start();
  const credentials = Credentials.open(path.join(dir, 'keys'), now);
  const server: Server = createApiServer({
    credentials,
    services: [s3.apiService(credentials, mustSlowDown)],
    now,
    onFailure: (error) => process.emitWarning(String(error)),
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: credentials.operator(),
    maxAttempts: 1,
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    await s3.close();
  };
  const signing = { endpoint, credentials: credentials.operator(), service: 's3' };
  return {
    s3,
    client,
    credentials,
    endpoint,
    signing,
    dir,
    fetch: ({ headers, ...request }) =>
      signedFetch(signing, { ...request, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers } }),
    files: () =>
      readdirSync(path.join(dir, 's3', 'segments'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name),
    events,
    eventsReach: (count) =>
      new Promise((resolve) => {
        onEvent = () => {
          if (events.length >= count) resolve();
        };
        onEvent();
      }),
    stop,
    close: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
    restart: async () => {
      await stop();
      return await startS3(dir, { now, mustSlowDown });
    },
  };
}

/** Returns the `Code` of an error document. */
export async function codeOf(response: Response): Promise<string | undefined> {
  return /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
}
