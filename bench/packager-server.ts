import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { openIndexFile } from '../media/packaging/index/index-file.ts';
import { openFileSource } from './file-source.ts';
import { chooseSegment, IDENTITY, segmentParts } from './packager-segment.ts';
import { pinned } from './pinned.ts';

/** A server that packages one segment of a film for every request. */
export interface SegmentServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** Starts the server in a process of its own, on the measured processor, until the scope ends. */
export async function startSegmentServer(film: string, index: string): Promise<SegmentServer> {
  const [program, ...args] = pinned(process.execPath, import.meta.filename, film, index);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [port]: unknown[] = await Promise.race([once(child.stdout, 'data'), exited]);
  if (child.exitCode !== null) throw new Error('The segment server did not start.');
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Answers one request at a time with the whole segment, with the status that the load's client expects for its range. */
async function serve(film: string, indexPath: string): Promise<void> {
  const source = await openFileSource(film);
  const index = openIndexFile(await readFile(indexPath), IDENTITY);
  const segment = chooseSegment(index);
  const send = async (response: ServerResponse): Promise<void> => {
    const parts = await segmentParts(index, source, segment);
    response.writeHead(206, { 'content-length': parts.reduce((sum, { length }) => sum + length, 0) });
    response.cork();
    for (const part of parts) response.write(part);
    response.end(() => source.release());
  };
  const server = createServer((_, response) => {
    void send(response);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object') process.stdout.write(String(address?.port));
  });
}

const [, script, film, index] = process.argv;
if (script === import.meta.filename && film !== undefined && index !== undefined) await serve(film, index);
