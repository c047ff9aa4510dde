import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { compileEdgeFunction } from './edge-function-realm.ts';
import type { EdgeFunctionCall, EdgeFunctionMessage, EdgeFunctionSource } from './edge-function-worker.ts';

/** Thrown if a function fails or times out, with the status 503, or if its result is invalid, with the status 502. */
export class EdgeFunctionError extends Error {
  override readonly name = 'EdgeFunctionError';
  readonly status: 502 | 503;

  constructor(message: string, { status, ...options }: ErrorOptions & { readonly status: 502 | 503 }) {
    super(message, options);
    this.status = status;
  }
}

/** Wall-clock limit for a laptop that may be encoding; CloudFront allows about a millisecond of CPU time. */
const MAX_RUN_MS = 1000;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_CODE_BYTES = 10 * 1024;
/** Limit of the thread with its realm; CloudFront's 2 MB apply to the function alone. */
const MAX_HEAP_MIB = 32;

const outcomeSchema = z.object({ value: z.unknown(), error: z.string().optional() });

interface Call extends PromiseWithResolvers<unknown> {
  readonly eventText: string;
}

/**
 * CloudFront Function of the runtime `cloudfront-js-2.0`. It runs in its own thread, which is terminated with a call that
 * takes too much time or memory, so that the edge keeps serving others. The time limit of `node:vm` would block the edge
 * until it expires, and starts and joins a thread for each call, which costs more than serving a cached response.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export class EdgeFunction {
  readonly #source: EdgeFunctionSource;
  /** Calls in the order in which the thread runs them; the first is running. */
  readonly #calls: Call[] = [];
  #thread: Worker | undefined;
  #deadline: NodeJS.Timeout | undefined;

  /** @throws Error if the code is too long, does not parse or imports a module */
  constructor(name: string, code: string) {
    if (Buffer.byteLength(code) > MAX_CODE_BYTES)
      throw new Error(`Function ${name} is longer than ${MAX_CODE_BYTES} bytes.`);
    if (/^\s*import\s/m.test(code))
      throw new Error(`Function ${name} imports a module, which the edge does not support.`);
    compileEdgeFunction(name, code);
    this.#source = { name, code };
  }

  /**
   * @returns the handler's result, as plain data
   * @throws EdgeFunctionError
   */
  run(event: unknown): Promise<unknown> {
    const call: Call = { eventText: JSON.stringify(event), ...Promise.withResolvers<unknown>() };
    this.#calls.push(call);
    if (this.#thread === undefined) this.#start();
    else post(this.#thread, call);
    if (this.#calls.length === 1) this.#deadline?.refresh();
    return call.promise;
  }

  /** Terminates the thread; pending calls fail. */
  async close(): Promise<void> {
    const thread = this.#detachThread();
    for (const call of this.#calls.splice(0)) this.#fail(call, 'the edge is closing');
    await thread?.terminate();
  }

  #start(): void {
    const thread = new Worker(new URL('./edge-function-worker.ts', import.meta.url), {
      workerData: this.#source,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
      env: {},
    });
    this.#thread = thread;
    thread.unref();
    thread.on('message', (message: EdgeFunctionMessage) => {
      if (thread === this.#thread) this.#handleMessage(message);
    });
    thread.on('error', (error) => this.#replaceThread(thread, String(error)));
    for (const call of this.#calls) post(thread, call);
  }

  #handleMessage(message: EdgeFunctionMessage): void {
    if (message.type === 'ready') {
      // The time limit excludes the start of the thread.
      this.#deadline = setTimeout(() => this.#checkDeadline(), MAX_RUN_MS).unref();
      return;
    }
    const call = this.#calls.shift();
    this.#deadline?.refresh();
    if (call === undefined) return;
    try {
      const { value, error } = outcomeSchema.parse(JSON.parse(message.text));
      if (error !== undefined) throw new Error(error);
      call.resolve(value);
    } catch (error) {
      this.#fail(call, String(error));
    }
  }

  #checkDeadline(): void {
    const [running] = this.#calls;
    const thread = this.#thread;
    if (running === undefined || thread === undefined) return;
    // If the edge itself was busy, the outcome is already queued and is handled before this.
    setImmediate(() => {
      if (this.#calls[0] === running) this.#replaceThread(thread, `it took longer than ${MAX_RUN_MS} ms`);
    });
  }

  /** Terminates a thread and fails its running call; a new thread takes over the remaining calls. */
  #replaceThread(thread: Worker, reason: string): void {
    if (thread !== this.#thread) return;
    this.#detachThread();
    void thread.terminate();
    const running = this.#calls.shift();
    if (running !== undefined) this.#fail(running, reason);
    if (this.#calls.length > 0) this.#start();
  }

  #detachThread(): Worker | undefined {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    return thread;
  }

  #fail(call: Call, reason: string): void {
    call.reject(new EdgeFunctionError(`Function ${this.#source.name} failed: ${reason}`, { status: 503 }));
  }
}

function post(thread: Worker, { eventText }: Call): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  return thread.postMessage({ eventText } satisfies EdgeFunctionCall);
}
