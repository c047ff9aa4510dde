import { PGlite } from '@electric-sql/pglite';
import { dataDir as emptyCluster } from '@electric-sql/pglite-prepopulatedfs';
import { openAsBlob } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { messageOf } from '../cloud/system-error.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { PgliteSession } from './pglite-session.ts';
import type { WorkerResponse, WorkerMessage, WorkerRequest } from './pglite-protocol.ts';
import { KNOWN_TYPE_OIDS } from './postgres-types.ts';
import { unpackCluster } from './unpack-cluster.ts';

/** Entry of the worker thread: opens the cluster, runs statements one by one, and closes on request. */

const asText = Object.fromEntries(KNOWN_TYPE_OIDS.map((oid) => [oid, (text: string) => text]));
const { dataDir, isNew, seed } = z
  .object({ dataDir: z.string().optional(), isNew: z.boolean(), seed: z.string().optional() })
  .parse(workerData);

// Copying PGlite's own cluster saves the seconds of initdb. PostgreSQL refuses a cluster of another format.
const copy = isNew ? await (seed === undefined ? emptyCluster() : openAsBlob(seed)) : undefined;
const cluster = copy && new Uint8Array(await copy.arrayBuffer());
if (cluster !== undefined && dataDir !== undefined) unpackCluster(cluster, dataDir);
const inMemory = cluster !== undefined && dataDir === undefined;

/**
 * Size of PostgreSQL's buffers, for a catalog in a directory and for one whose files are in memory anyway. PostgreSQL clears them
 * when it starts, which takes a third of that time for the 128 MB of the default.
 */
const BUFFERS = `shared_buffers=${inMemory ? '4MB' : '16MB'}`;

/** Last message of PostgreSQL that it cannot continue, such as `PANIC:  could not write to file …`. */
let failure: string | undefined;

/** Takes note of a line of PostgreSQL's log. @returns true, since nobody reads the log */
function noteFailure(line: string): boolean {
  failure = /(?:FATAL|PANIC): {2}.*/.exec(line)?.[0] ?? failure;
  return true;
}

const postgres = new PGlite({
  ...(inMemory ? { fs: new MemoryCluster(cluster) } : { dataDir }),
  parsers: asText,
  serializers: asText,
  // A checkpoint removes old segments of the write-ahead log instead of keeping them for later.
  startParams: [...PGlite.defaultStartParams, '-c', 'wal_recycle=off', '-c', BUFFERS],
  onStderr: noteFailure,
});

const session = new PgliteSession(postgres);

/** Error of PostgreSQL; any other error has the code of an internal one. */
const errorSchema = z
  .object({ message: z.string(), code: z.string().default('XX000'), detail: z.string().optional() })
  .transform(({ message, code, detail }) => ({ message, sqlState: code, ...(detail === undefined ? {} : { detail }) }));

/** Copies the cluster into one file, which is complete once it has its name. */
async function save(file: string): Promise<void> {
  // Otherwise the copy would have to replay the write-ahead log.
  await postgres.exec('CHECKPOINT');
  const archive = await postgres.dumpDataDir('none');
  const unfinished = `${file}.${process.pid}-${threadId}`;
  await writeFile(unfinished, archive.stream());
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
    if (request.user !== undefined) await session.assume(request.user);
    session.note(request.statement.text);
    const result = await postgres.query<(string | null)[]>(request.statement.text, [...request.statement.values], {
      rowMode: 'array',
      parsers: asText,
      serializers: asText,
    });
    const columns = result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID }));
    return { id, type: 'result', result: { columns, rows: result.rows, affectedRows: result.affectedRows ?? 0 } };
  } catch (error) {
    const isPanic = failure?.startsWith('PANIC') ?? false;
    return { id, type: 'error', ...errorSchema.parse(error), isPanic };
  }
}

function send(message: WorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  try {
    await postgres.waitReady;
    await postgres.exec(`SET TIME ZONE 'UTC'`);
    await session.confineRoles();
  } catch (error) {
    return send({ type: 'failed', message: failure ?? messageOf(error) });
  }
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
