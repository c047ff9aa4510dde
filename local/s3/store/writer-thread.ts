import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { messageOf, systemErrorCode } from '../../cloud/system-error.ts';
import { BodyDigests } from './body-digests.ts';
import type { WriterRequest, WriterResponse } from './writer-protocol.ts';

/** Entry of a thread that writes bodies to files and computes their digests. */

interface OpenBody {
  readonly file: number;
  readonly digests: BodyDigests;
  readonly buffers: readonly Buffer[];
}

const bodies = new Map<number, OpenBody>();

function handle(request: WriterRequest): WriterResponse {
  if (request.type === 'open') {
    bodies.set(request.body, {
      file: openSync(request.path, 'wx', 0o600),
      digests: new BodyDigests(request.algorithms),
      buffers: request.buffers.map((buffer) => Buffer.from(buffer)),
    });
    return { type: 'done' };
  }
  const body = bodies.get(request.body);
  if (request.type === 'abort') {
    close(request.body);
    return { type: 'done' };
  }
  if (body === undefined) throw new Error(`Body ${request.body} is not open.`);
  if (request.type === 'finish') {
    close(request.body);
    return { type: 'finished', ...body.digests.finish() };
  }
  const bytes = body.buffers[request.buffer]?.subarray(0, request.sizeBytes) ?? Buffer.alloc(0);
  body.digests.update(bytes);
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(body.file, bytes, offset);
  return { type: 'done' };
}

function close(id: number): void {
  const body = bodies.get(id);
  bodies.delete(id);
  if (body !== undefined) closeSync(body.file);
}

function respond(request: WriterRequest): WriterResponse {
  try {
    return handle(request);
  } catch (error) {
    return { type: 'failed', message: messageOf(error), code: systemErrorCode(error) };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
parentPort?.on('message', (request: WriterRequest) => parentPort?.postMessage(respond(request)));
