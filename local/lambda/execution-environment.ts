import { mkdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { launchProgram } from '../cloud/launch-program.ts';
import type { Program, ProgramExit } from '../cloud/program-launcher.ts';
import type { RotatingLog } from '../durable/rotating-log.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { LineSplitter } from './line-splitter.ts';
import {
  makeErrorPayload,
  MAX_SYNCHRONOUS_BYTES,
  readReportedError,
  type FunctionError,
  type Invocation,
  type Outcome,
} from './invocation.ts';
import { readBounded } from '../http/read-bounded.ts';
import type { RuntimeApi, RuntimeClient } from './runtime-api.ts';

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.mjs');
const TAIL_BYTES = 4096;
/** AWS's limit for initialization; a slower one may continue for the timeout of the function. */
const INIT_LIMIT_MS = 10_000;

interface EnvironmentOptions {
  readonly configuration: FunctionConfiguration;
  readonly runtimeApi: RuntimeApi;
  /** Environment of the process, except for the Runtime API's address and the temporary directory. */
  readonly variables: Readonly<Record<string, string>>;
  /** End of the session whose credentials are in the variables. */
  readonly credentialsExpireAt: Date;
  /** Directory created for this process and removed after it. */
  readonly temporaryDir: string;
  readonly compileCacheDir: string;
  readonly log: RotatingLog;
  /** Called with each whole line of output. */
  readonly onLogLine: (line: string) => void;
  readonly onGone: () => void;
}

/** Thrown if the process ended before it started the invocation, or was stopped: the invocation can be retried. */
export class EnvironmentLostError extends Error {
  override readonly name = 'EnvironmentLostError';
}

interface Running {
  readonly invocation: Invocation;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (lost: EnvironmentLostError) => void;
  /** Start time; undefined until the process starts the invocation. */
  startedAt?: number;
  timer?: NodeJS.Timeout;
  tail: Buffer;
  body?: PassThrough;
}

/** One process of a function. It runs one invocation at a time. */
export class ExecutionEnvironment implements RuntimeClient {
  readonly #options: EnvironmentOptions;
  readonly #program: Program;
  readonly #unregister: () => void;
  readonly #lines: LineSplitter;
  readonly #spawnedAt = performance.now();
  #initMs: number | undefined;
  #initReported = false;
  #initFailure: Buffer | undefined;
  #poll: ServerResponse | undefined;
  #running: Running | undefined;
  /** Last invocation that the process started, to which its output belongs. */
  #taken: Running | undefined;
  #gone = false;
  #stopping = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    const { configuration, runtimeApi, temporaryDir, compileCacheDir, variables, log } = options;
    this.#lines = new LineSplitter(options.onLogLine);
    // Before anything that would have to be undone if the disk is full.
    mkdirSync(temporaryDir, { recursive: true });
    const { address, unregister } = runtimeApi.register(this);
    this.#unregister = unregister;
    log.write(`INIT_START Runtime Version: ${configuration.runtime} ${process.version}\n`);
    this.#program = launchProgram({
      path: process.execPath,
      args: [`--max-old-space-size=${configuration.memoryMb}`, BOOTSTRAP, compileCacheDir],
      cwd: configuration.assetDir,
      env: { ...variables, AWS_LAMBDA_RUNTIME_API: address, HOME: temporaryDir, TMPDIR: temporaryDir },
      onStdout: (chunk) => this.#collectLog(chunk),
      onStderr: (chunk) => this.#collectLog(chunk),
    });
    void this.#program.exited.then((exit) => this.#handleExit(describeExit(exit)));
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Whether the credentials would expire before the end of the longest invocation that starts now. */
  get isExpiring(): boolean {
    const { credentialsExpireAt, configuration } = this.#options;
    return Date.now() + INIT_LIMIT_MS + configuration.timeoutSeconds * 1000 > credentialsExpireAt.getTime();
  }

  /** @throws EnvironmentLostError if the process ended before it started the invocation, or was stopped */
  invoke(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const running: Running = { invocation, resolve, reject, tail: Buffer.alloc(0) };
      this.#running = running;
      if (this.#gone) this.#lose(running);
      else if (this.#poll !== undefined) this.#start(running, this.#poll);
      else if (this.#initMs === undefined) {
        const limitMs = INIT_LIMIT_MS + this.#options.configuration.timeoutSeconds * 1000;
        running.timer = setTimeout(() => this.#timeOut(limitMs), limitMs);
      }
    });
  }

  /** Kills the process. */
  async stop(): Promise<void> {
    if (this.#gone) return;
    this.#stopping = true;
    this.#program.kill();
    await this.#program.exited;
  }

  next(response: ServerResponse): void {
    this.#initMs ??= performance.now() - this.#spawnedAt;
    if (this.#running === undefined) this.#poll = response;
    else this.#start(this.#running, response);
  }

  async respond(requestId: string, request: IncomingMessage): Promise<void> {
    const running = this.#startedWith(requestId);
    if (running === undefined) {
      request.resume();
      return;
    }
    if (running.invocation.onResponse !== undefined) {
      await this.#stream(running, request);
      return;
    }
    const payload = await readBounded(request, MAX_SYNCHRONOUS_BYTES);
    if (payload === undefined) {
      this.#finish(running, {
        type: 'Function.ResponseSizeTooLarge',
        message: `Response payload size exceeded maximum allowed payload size (${MAX_SYNCHRONOUS_BYTES} bytes).`,
      });
    } else {
      this.#finish(running, readStreamError(request), payload);
    }
  }

  async fail(requestId: string, request: IncomingMessage): Promise<void> {
    const payload = await readBounded(request, MAX_SYNCHRONOUS_BYTES);
    const running = this.#startedWith(requestId);
    if (running !== undefined && payload !== undefined) this.#finish(running, readReportedError(payload), payload);
  }

  async failToStart(request: IncomingMessage): Promise<void> {
    this.#initFailure = await readBounded(request, MAX_SYNCHRONOUS_BYTES);
  }

  #start(running: Running, poll: ServerResponse): void {
    const { configuration, log } = this.#options;
    const { requestId, payload, clientContext } = running.invocation;
    clearTimeout(running.timer);
    this.#poll = undefined;
    this.#taken = running;
    running.startedAt = performance.now();
    const limitMs = configuration.timeoutSeconds * 1000;
    running.timer = setTimeout(() => this.#timeOut(limitMs), limitMs);
    log.write(`START RequestId: ${requestId} Version: $LATEST\n`);
    poll.writeHead(200, {
      'content-type': 'application/json',
      'content-length': payload.length,
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': Date.now() + limitMs,
      'lambda-runtime-invoked-function-arn': configuration.arn,
      'lambda-runtime-trace-id': `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(8)};Sampled=0`,
      ...(clientContext !== undefined && { 'lambda-runtime-client-context': clientContext }),
    });
    poll.end(payload);
  }

  async #stream(running: Running, request: IncomingMessage): Promise<void> {
    const body = new PassThrough();
    body.on('error', () => undefined);
    running.body = body;
    running.invocation.onResponse?.({
      contentType: request.headers['content-type'] ?? 'application/octet-stream',
      streamed: request.headers['lambda-runtime-function-response-mode'] === 'streaming',
      body,
    });
    for await (const chunk of request) {
      // A disconnected reader does not stop the function; the remainder is discarded.
      if (!body.destroyed && !body.write(chunk)) await waitUntilDrainedOrClosed(body);
    }
    const error = readStreamError(request);
    if (error === undefined) body.end();
    this.#finish(running, error);
  }

  #timeOut(limitMs: number): void {
    const running = this.#running;
    if (running === undefined) return;
    const seconds = (limitMs / 1000).toFixed(2);
    const message = `RequestId: ${running.invocation.requestId} Error: Task timed out after ${seconds} seconds`;
    this.#options.log.write(`${new Date().toISOString()} ${message}\n`);
    this.#finish(running, { type: 'Sandbox.Timedout', message });
    this.#program.kill();
  }

  #handleExit(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#unregister();
    this.#poll?.destroy();
    const running = this.#running;
    if (running !== undefined) {
      // An exit before the first invocation fails that invocation: a replacement would exit in the same way.
      if (this.#stopping || (running.startedAt === undefined && this.#initReported)) this.#lose(running);
      else if (this.#initFailure !== undefined)
        this.#finish(running, readReportedError(this.#initFailure), this.#initFailure);
      else
        this.#finish(running, {
          type: 'Runtime.ExitError',
          message: `RequestId: ${running.invocation.requestId} ${reason}`,
        });
    }
    this.#options.onGone();
    rmSync(this.#options.temporaryDir, { recursive: true, force: true });
  }

  #finish(running: Running, error?: FunctionError, payload?: Buffer): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    clearTimeout(running.timer);
    if (error !== undefined) running.body?.destroy(new Error(`${error.type}: ${error.message}`));
    const durationMs = running.startedAt === undefined ? 0 : performance.now() - running.startedAt;
    const initMs = this.#initReported ? undefined : this.#initMs;
    this.#initReported = true;
    // Output before the response is in the pipe, but may not be read yet.
    setImmediate(() => {
      const { requestId } = running.invocation;
      const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`;
      this.#options.log.write(
        `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms${init}\n`,
      );
      running.resolve({
        payload: payload ?? (error === undefined ? Buffer.alloc(0) : makeErrorPayload(error)),
        durationMs,
        logTail: running.tail.toString(),
        ...(error && { error }),
        ...(initMs !== undefined && { initMs }),
      });
    });
  }

  #lose(running: Running): void {
    this.#running = undefined;
    clearTimeout(running.timer);
    const lost = new EnvironmentLostError(`The process of invocation ${running.invocation.requestId} ended.`);
    running.body?.destroy(lost);
    running.reject(lost);
  }

  #startedWith(requestId: string): Running | undefined {
    const running = this.#running;
    return running?.startedAt !== undefined && running.invocation.requestId === requestId ? running : undefined;
  }

  #collectLog(chunk: Buffer): void {
    this.#options.log.write(chunk);
    this.#lines.push(chunk);
    const taken = this.#taken;
    if (taken !== undefined) taken.tail = Buffer.concat([taken.tail, chunk]).subarray(-TAIL_BYTES);
  }
}

function describeExit(exit: ProgramExit): string {
  if (exit.error !== undefined) return `Error: ${exit.error}`;
  const reason = exit.signal === null ? `exit status ${exit.status}` : `signal: ${exit.signal}`;
  return `Error: Runtime exited with error: ${reason}`;
}

/** Reads the error of a handler that failed while streaming from the trailers. */
function readStreamError({ trailers }: IncomingMessage): FunctionError | undefined {
  const description = trailers['lambda-runtime-function-error-body'];
  return description === undefined ? undefined : readReportedError(Buffer.from(description, 'base64'));
}

function waitUntilDrainedOrClosed(body: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      body.off('drain', done).off('close', done);
      resolve();
    };
    body.on('drain', done).on('close', done);
  });
}
