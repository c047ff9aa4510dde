import { PGlite } from '@electric-sql/pglite';
import { openAsBlob } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { WorkerResponse, WorkerMessage, WorkerRequest } from './pglite-protocol.ts';
import { KNOWN_TYPE_OIDS } from './postgres-types.ts';

/** Entry of the worker thread: opens the cluster, runs statements one by one, and closes on request. */

const asText = Object.fromEntries(KNOWN_TYPE_OIDS.map((oid) => [oid, (text: string) => text]));
const { dataDir, seed } = z.object({ dataDir: z.string().optional(), seed: z.string().optional() }).parse(workerData);

const postgres = new PGlite({
  ...(dataDir === undefined ? {} : { dataDir }),
  ...(seed === undefined ? {} : { loadDataDir: await openAsBlob(seed) }),
  parsers: asText,
  serializers: asText,
});

/** Error of PostgreSQL; any other error has the code of an internal one. */
const errorSchema = z
  .object({ message: z.string(), code: z.string().default('XX000'), detail: z.string().optional() })
  .transform(({ message, code, detail }) => ({ message, sqlState: code, ...(detail === undefined ? {} : { detail }) }));

/** Copies the cluster into one file, which is complete once it has its name. */
async function save(file: string): Promise<void> {
  // Otherwise the copy would have to replay the write-ahead log.
  await postgres.exec('CHECKPOINT');
  const copy = await postgres.dumpDataDir('none');
  const unfinished = `${file}.${process.pid}-${threadId}`;
  await writeFile(unfinished, copy.stream());
  await rename(unfinished, file);
}

async function respond(request: WorkerRequest): Promise<WorkerResponse> {
  const { id } = request;
  try {
    if (request.type === 'close') {
      await postgres.close();
      return { id, type: 'closed' };
    }
    if (request.type === 'save') {
      await save(request.file);
      return { id, type: 'saved' };
    }
    const result = await postgres.query<(string | null)[]>(request.statement.text, [...request.statement.values], {
      rowMode: 'array',
      parsers: asText,
      serializers: asText,
    });
    const columns = result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID }));
    return { id, type: 'result', result: { columns, rows: result.rows, affectedRows: result.affectedRows ?? 0 } };
  } catch (error) {
    return { id, type: 'error', ...errorSchema.parse(error) };
  }
}

function send(message: WorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  await postgres.waitReady;
  await postgres.exec(`SET TIME ZONE 'UTC'`);
  send({ type: 'ready' });
  parentPort?.on('message', (request: WorkerRequest) => {
    void respond(request).then((reply) => {
      send(reply);
      if (reply.type === 'closed') parentPort?.close();
      return undefined;
    });
  });
}

await serve();
