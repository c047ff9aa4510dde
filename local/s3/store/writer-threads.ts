import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { Digests } from './body-digests.ts';
import type { WriterRequest, WriterResponse } from './writer-protocol.ts';

/** Size of each of the two buffers of a body, in bytes: one is filled while the thread works on the other. */
const BUFFER_BYTES = 256 * 1024;
/** Number of pairs of buffers that a thread keeps: as many parts as clients usually send at once. */
const MAX_SPARE_PAIRS = 16;
/** One thread writes some 400 MB a second, and takes about 25 MB of memory. */
const MAX_THREADS = availableParallelism() > 2 ? 2 : 1;

/** Body that a thread writes to a file. After a failure it must be aborted. */
export class ThreadBody {
  readonly #thread: WriterThread;
  readonly #id: number;
  readonly #shared: readonly SharedArrayBuffer[];
  readonly #buffers: readonly Buffer[];
  #current = 0;
  #filledBytes = 0;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(thread: WriterThread, id: number, shared: readonly SharedArrayBuffer[]) {
    this.#thread = thread;
    this.#id = id;
    this.#shared = shared;
    this.#buffers = shared.map((buffer) => Buffer.from(buffer));
  }

  static async open(thread: WriterThread, path: string, algorithms: readonly ChecksumAlgorithm[]): Promise<ThreadBody> {
    const { id, buffers } = thread.newBody();
    try {
      await thread.call({ type: 'open', body: id, path, algorithms, buffers });
    } catch (error) {
      thread.endBody(buffers);
      throw error;
    }
    return new ThreadBody(thread, id, buffers);
  }

  /** Adds bytes, which are copied before it resolves. */
  async add(bytes: Buffer): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      const copied = bytes.copy(this.#buffers[this.#current] ?? bytes, this.#filledBytes, offset);
      offset += copied;
      this.#filledBytes += copied;
      if (this.#filledBytes === BUFFER_BYTES) await this.#flush();
    }
  }

  /** Resolves once the file is complete and closed. */
  async finish(): Promise<Digests> {
    if (this.#filledBytes > 0) await this.#flush();
    await this.#writing;
    const response = await this.#thread.call({ type: 'finish', body: this.#id });
    if (response.type !== 'finished') throw new Error(`A writer thread responded ${response.type}.`);
    this.#thread.endBody(this.#shared);
    return { md5: Buffer.from(response.md5), checksums: response.checksums };
  }

  /** Resolves once the file is closed. */
  async abort(): Promise<void> {
    // A thread that has ended has closed its files.
    await this.#thread.call({ type: 'abort', body: this.#id }).catch(() => undefined);
    this.#thread.endBody(this.#shared);
  }

  /** Hands the current buffer to the thread, and waits until the other one is free. */
  async #flush(): Promise<void> {
    const previous = this.#writing;
    this.#writing = this.#thread.call({
      type: 'write',
      body: this.#id,
      buffer: this.#current,
      sizeBytes: this.#filledBytes,
    });
    // Awaited at the next flush; until then a failure must not be reported as unhandled.
    this.#writing.catch(() => undefined);
    this.#current = 1 - this.#current;
    this.#filledBytes = 0;
    await previous;
  }
}

interface PendingCall {
  readonly resolve: (response: WriterResponse) => void;
  readonly reject: (error: Error) => void;
}

class WriterThread {
  // Options of the process, such as `--input-type`, may not apply to a file.
  readonly #worker = new Worker(new URL('./writer-thread.ts', import.meta.url), { execArgv: [] });
  readonly #pending: PendingCall[] = [];
  /** Buffers of bodies that have ended. New ones would stay until both threads collect their garbage. */
  readonly #spareBuffers: (readonly SharedArrayBuffer[])[] = [];
  #nextBody = 0;
  #ended: Error | undefined;
  /** Number of open bodies. */
  bodies = 0;

  constructor() {
    this.#worker.on('message', (response: WriterResponse) => this.#settle(response));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#end(new Error('A thread that writes uploads has ended.')));
    this.#worker.unref();
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  newBody(): { readonly id: number; readonly buffers: readonly SharedArrayBuffer[] } {
    this.bodies += 1;
    const buffers = this.#spareBuffers.pop() ?? [
      new SharedArrayBuffer(BUFFER_BYTES),
      new SharedArrayBuffer(BUFFER_BYTES),
    ];
    return { id: this.#nextBody++, buffers };
  }

  /** @param buffers those of the body, which the thread no longer uses */
  endBody(buffers: readonly SharedArrayBuffer[]): void {
    this.bodies -= 1;
    if (this.#spareBuffers.length < MAX_SPARE_PAIRS) this.#spareBuffers.push(buffers);
  }

  /** @throws Error with the code of the system error if the thread fails to carry the request out */
  call(request: WriterRequest): Promise<WriterResponse> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      // The process must not end while it waits for a response.
      if (this.#pending.push({ resolve, reject }) === 1) this.#worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage(request);
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(response: WriterResponse): void {
    const call = this.#pending.shift();
    if (this.#pending.length === 0) this.#worker.unref();
    if (response.type === 'failed') call?.reject(Object.assign(new Error(response.message), { code: response.code }));
    else call?.resolve(response);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended);
  }
}

/** Threads that write bodies and compute their digests, beside the thread that serves requests. */
export class WriterThreads {
  #threads: WriterThread[] = [];

  /** Starts the first thread; the others, and this one if it was not called, start on demand. */
  start(): void {
    if (this.#threads.length === 0) this.#threads.push(new WriterThread());
  }

  /** Opens a new file for a body in the least busy thread. */
  open(path: string, algorithms: readonly ChecksumAlgorithm[]): Promise<ThreadBody> {
    this.#threads = this.#threads.filter((thread) => !thread.hasEnded);
    if (this.#threads.length < MAX_THREADS && this.#threads.every(({ bodies }) => bodies > 0))
      this.#threads.push(new WriterThread());
    const [first, ...others] = this.#threads;
    if (first === undefined) throw new Error('No thread can write uploads.');
    const idlest = others.reduce((least, thread) => (thread.bodies < least.bodies ? thread : least), first);
    return ThreadBody.open(idlest, path, algorithms);
  }

  /** Ends the threads; bodies that are being written fail. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}
