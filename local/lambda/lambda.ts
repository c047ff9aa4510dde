import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError } from '../aws-api/api-error.ts';
import type { Credentials } from '../aws-api/credentials.ts';
import { DeliveryRejectedError } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';
import { AsyncInvocations, openEventJournal, type AsyncSettings, type EventJournal } from './async-invocations.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { FunctionLog } from './function-log.ts';
import { FunctionUrls } from './function-url.ts';
import { FunctionPool, PoolClosedError, TooManyInvocationsError } from './function-pool.ts';
import {
  MAX_ASYNCHRONOUS_BYTES,
  MAX_SYNCHRONOUS_BYTES,
  type FunctionError,
  type Invocation,
  type InvokeOptions,
  type Outcome,
} from './invocation.ts';
import { processVariables } from './process-variables.ts';
import { RuntimeApi } from './runtime-api.ts';
import { SqsEventSource, type SqsEventSourceOptions } from './sqs-event-source.ts';

/** Limits of functions, which tests shorten. */
export interface FunctionLimits {
  /** Processes of one function where the template reserves no number. @default 10 */
  readonly concurrency?: number;
  /** @default five minutes */
  readonly idleMs?: number;
  /** Delay before each further attempt at an event. @default one minute, then two, as on AWS */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Time that `close` gives running invocations. @default 2000 */
  readonly closeGraceMs?: number;
}

interface LambdaOptions extends FunctionLimits {
  /** Directory of stored events and of the processes' temporary files. */
  readonly dir: string;
  /** Directory of each function's `<logical id>.log`. */
  readonly logsDir: string;
  readonly directory: Directory;
  readonly credentials: Pick<Credentials, 'forRole'>;
  /** Base URL of the AWS APIs, read when a process starts. */
  readonly endpoint: () => string;
}

/** Event of `onInvocationEnd`. */
interface InvocationEnd {
  readonly functionName: string;
  readonly logicalId: string;
  readonly requestId: string;
  readonly durationMs: number;
  readonly initMs?: number | undefined;
  readonly error?: FunctionError | undefined;
}

export interface LambdaFunction {
  readonly configuration: FunctionConfiguration;
  readonly pool: FunctionPool;
  readonly log: FunctionLog;
  /** Permissions of the template's `AWS::Lambda::Permission`s. */
  readonly permissions: InvokePermission[];
  asyncSettings: AsyncSettings;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
interface InvokePermission {
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string | undefined;
  readonly SourceAccount?: string | undefined;
  readonly FunctionUrlAuthType?: string | undefined;
}

const ASYNC_DEFAULTS = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 6 * 60 * 60 };

/** Functions of the template, with their URLs, event sources and asynchronous events. */
export class Lambda {
  readonly urls = new FunctionUrls((arn, payload, options) => this.invoke(arn, payload, options));
  readonly #options: LambdaOptions;
  readonly #runtimeApi: RuntimeApi;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #sources: SqsEventSource[] = [];
  readonly #listeners = new Set<(end: InvocationEnd) => void>();
  readonly #events: AsyncInvocations;
  #started = false;

  private constructor(options: LambdaOptions, runtimeApi: RuntimeApi, events: EventJournal) {
    this.#options = options;
    this.#runtimeApi = runtimeApi;
    this.#events = new AsyncInvocations({
      journal: events,
      directory: options.directory,
      retryDelaysMs: options.asyncRetryDelaysMs ?? [60_000, 120_000],
      settingsOf: (arn) => this.#functions.get(arn)?.asyncSettings,
      invoke: (arn, requestId, payload) => this.#run(this.getByName(arn), { requestId, payload }, true),
    });
  }

  static async open(options: LambdaOptions): Promise<Lambda> {
    await rm(join(options.dir, 'tmp'), { recursive: true, force: true });
    const events = await openEventJournal(join(options.dir, 'events.journal'));
    return new Lambda(options, await RuntimeApi.listen(), events);
  }

  /** Adds a function, or replaces the one of the same ARN. */
  define(configuration: FunctionConfiguration): void {
    const { dir, logsDir, directory, idleMs = 5 * 60_000, concurrency = 10 } = this.#options;
    const log = new FunctionLog(join(logsDir, `${configuration.logicalId}.log`));
    const pool = new FunctionPool({
      size: configuration.reservedConcurrency ?? concurrency,
      idleMs,
      start: (onGone) =>
        new ExecutionEnvironment({
          configuration,
          runtimeApi: this.#runtimeApi,
          variables: processVariables(configuration, this.#options.credentials, this.#options.endpoint()),
          temporaryDir: join(dir, 'tmp', randomUUID()),
          compileCacheDir: join(dir, 'compile-cache'),
          log,
          onGone,
        }),
    });
    const asyncSettings = { ...ASYNC_DEFAULTS, deadLetterArn: configuration.deadLetterArn };
    this.#functions.set(configuration.arn, { configuration, pool, log, asyncSettings, permissions: [] });
    directory.register(configuration.arn, {
      receive: async ({ body }) => {
        if (Buffer.byteLength(body) > MAX_ASYNCHRONOUS_BYTES) {
          throw new DeliveryRejectedError(
            'RequestTooLargeException',
            `The event is over ${MAX_ASYNCHRONOUS_BYTES} bytes`,
          );
        }
        await this.#events.add(configuration.arn, body);
      },
    });
  }

  configureAsync(nameOrArn: string, settings: Partial<AsyncSettings>): void {
    const known = this.getByName(nameOrArn);
    known.asyncSettings = { ...known.asyncSettings, ...settings };
  }

  /** Invokes a function with messages of a queue, from `start` on. */
  addSqsSource(
    nameOrArn: string,
    source: Omit<SqsEventSourceOptions, 'invoke' | 'concurrency'> & { concurrency?: number | undefined },
  ): void {
    const fed = this.getByName(nameOrArn);
    const created = new SqsEventSource({
      ...source,
      concurrency: source.concurrency ?? fed.configuration.reservedConcurrency ?? this.#options.concurrency ?? 10,
      invoke: (payload) => this.#run(fed, { requestId: randomUUID(), payload }, true),
    });
    this.#sources.push(created);
    if (this.#started) created.start();
  }

  /** @param nameOrArn may end in `:$LATEST` @throws ApiError `ResourceNotFoundException` */
  getByName(nameOrArn: string): LambdaFunction {
    const name = nameOrArn
      .replace(/^(?:arn:aws:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?/, '')
      .replace(/:\$LATEST$/, '');
    const found = [...this.#functions.values()].find(({ configuration }) => configuration.name === name);
    if (found === undefined) throw new ApiError('ResourceNotFoundException', 404, `Function not found: ${nameOrArn}`);
    return found;
  }

  list(): readonly LambdaFunction[] {
    return [...this.#functions.values()];
  }

  /**
   * Calls a function and waits for its response, which may be an error of the function.
   *
   * @throws ApiError `ResourceNotFoundException`, `RequestTooLargeException`, `TooManyRequestsException`
   */
  async invoke(
    nameOrArn: string,
    payload: Buffer | string,
    options: InvokeOptions = {},
  ): Promise<Outcome> {
    const called = this.getByName(nameOrArn);
    const bytes = Buffer.from(payload);
    if (bytes.length > MAX_SYNCHRONOUS_BYTES) throw tooLargeError(bytes.length, MAX_SYNCHRONOUS_BYTES);
    // As on AWS, calls beyond a reserved concurrency are rejected; beyond the laptop's own limit they wait.
    const wait = called.configuration.reservedConcurrency === undefined;
    try {
      return await this.#run(called, { requestId: randomUUID(), ...options, payload: bytes }, wait);
    } catch (error) {
      if (error instanceof TooManyInvocationsError)
        throw new ApiError('TooManyRequestsException', 429, 'Rate Exceeded.');
      if (error instanceof PoolClosedError) throw new ApiError('ServiceException', 500, error.message);
      throw error;
    }
  }

  /**
   * Stores an event for a function, and resolves with the request id.
   *
   * @throws ApiError `ResourceNotFoundException`, `RequestTooLargeException`
   */
  async invokeAsync(nameOrArn: string, payload: Buffer | string): Promise<string> {
    const { configuration } = this.getByName(nameOrArn);
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAX_ASYNCHRONOUS_BYTES) throw tooLargeError(bytes, MAX_ASYNCHRONOUS_BYTES);
    return this.#events.add(configuration.arn, payload.toString());
  }

  /** @returns a function that removes the listener */
  onInvocationEnd(listener: (end: InvocationEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts invoking functions with events and messages. Call it once every resource exists. */
  start(): void {
    this.#started = true;
    this.#events.start();
    for (const source of this.#sources) source.start();
  }

  /**
   * Stops accepting work, waits for running invocations within the grace time, and kills every process. Queues must still
   * be open.
   */
  async close(): Promise<void> {
    const { closeGraceMs = 2000 } = this.#options;
    const functions = this.list();
    await Promise.all([
      ...this.#sources.map((source) => source.stop()),
      ...functions.map(({ pool }) => pool.close(closeGraceMs)),
      this.#events.close(),
    ]);
    await Promise.all(this.#sources.map((source) => source.waitUntilSettled()));
    await this.#runtimeApi.close();
    await Promise.all(functions.map(({ log }) => log.close()));
  }

  async #run({ configuration, pool }: LambdaFunction, invocation: Invocation, wait: boolean): Promise<Outcome> {
    const outcome = await pool.invoke(invocation, wait);
    const { name: functionName, logicalId } = configuration;
    const { durationMs, initMs, error } = outcome;
    const end = { functionName, logicalId, requestId: invocation.requestId, durationMs, initMs, error };
    for (const listener of this.#listeners) listener(end);
    return outcome;
  }
}

function tooLargeError(bytes: number, limit: number): ApiError {
  return new ApiError(
    'RequestTooLargeException',
    413,
    `${bytes} byte payload is too large for the limit of ${limit} bytes`,
  );
}
