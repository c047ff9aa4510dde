import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../aws-api/api-error.ts';
import type { Credentials } from '../aws-api/credentials.ts';
import { DeliveryRejectedError } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';
import { DEFAULT_HABITS, type Habits } from '../cloud/habits.ts';
import { seededRandom } from '../cloud/seeded-random.ts';
import { Listeners } from '../cloud/listeners.ts';
import { RotatingLog } from '../durable/rotating-log.ts';
import { AsyncInvocations, openEventJournal, type AsyncSettings, type EventJournal } from './async-invocations.ts';
import { AccountConcurrency, ThrottledError } from './account-concurrency.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { type InvokePermission, makeFunctionPolicy } from './function-policy.ts';
import { FunctionUrls } from './function-url.ts';
import { FunctionPool, PoolClosedError } from './function-pool.ts';
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
import { throttlePauseMs } from './throttle-pauses.ts';
import { SqsEventSource, type SqsEventSourceOptions } from './sqs-event-source.ts';

/** Limits of functions, which tests shorten. */
export interface FunctionLimits {
  /** Processes of one function; invocations beyond them wait. @default 10 */
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
  /** @default those without `--harsh` */
  readonly habits?: Habits;
  /** Base URL of the AWS APIs, read when a process starts. */
  readonly endpoint: () => string;
  /** Receives a message about a journal that a crash left incomplete. @default none */
  readonly onRepair?: (message: string) => void;
  /** Reports a failure that no caller receives. @default none */
  readonly onError?: (what: string, error: unknown) => void;
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
  readonly log: RotatingLog;
  /** Permissions of the template's `AWS::Lambda::Permission`s. */
  readonly permissions: InvokePermission[];
  /** Resource policy that Lambda makes of the permissions; undefined without any. */
  policy: object | undefined;
  asyncSettings: AsyncSettings;
}

/** Retries of asynchronous events without an `AWS::Lambda::EventInvokeConfig`. */
export const ASYNC_DEFAULTS = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 6 * 60 * 60 };

/** Functions of the template, with their URLs, event sources and asynchronous events. */
export class Lambda {
  readonly urls = new FunctionUrls((arn, payload, options) => this.invoke(arn, payload, options));
  readonly #options: LambdaOptions;
  readonly #runtimeApi: RuntimeApi;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #sources: SqsEventSource[] = [];
  readonly #ends = new Listeners<InvocationEnd>();
  /** Names of functions whose invocations are throttled. */
  readonly throttles = new Listeners<string>();
  /** Lines that functions log. */
  readonly logLines = new Listeners<string>();
  readonly #events: AsyncInvocations;
  readonly #habits: Habits;
  readonly #concurrency: AccountConcurrency;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  #started = false;

  private constructor(options: LambdaOptions, runtimeApi: RuntimeApi, events: EventJournal) {
    this.#options = options;
    this.#runtimeApi = runtimeApi;
    this.#habits = options.habits ?? DEFAULT_HABITS;
    this.#concurrency = new AccountConcurrency(this.#habits.lambda.accountConcurrency);
    this.#random = seededRandom(this.#habits.seed, 'throttled batches');
    this.#events = new AsyncInvocations({
      journal: events,
      directory: options.directory,
      retryDelaysMs: options.asyncRetryDelaysMs ?? [60_000, 120_000],
      settingsOf: (arn) => this.#functions.get(arn)?.asyncSettings,
      invoke: async (arn, requestId, payload) => this.#run(this.getByName(arn), { requestId, payload }),
      onError: (error) => options.onError?.('An asynchronous event failed and is retried', error),
    });
  }

  static async open(options: LambdaOptions): Promise<Lambda> {
    const { onRepair = () => undefined } = options;
    await rm(join(options.dir, 'tmp'), { recursive: true, force: true });
    const events = await openEventJournal(join(options.dir, 'events.journal'), onRepair);
    try {
      return new Lambda(options, await RuntimeApi.listen(), events);
    } catch (error) {
      await events.close();
      throw error;
    }
  }

  /** Adds a function, or replaces the one of the same ARN. @throws Error if it reserves too much concurrency */
  define(configuration: FunctionConfiguration): void {
    const { dir, logsDir, directory, idleMs = 5 * 60_000, concurrency = 10 } = this.#options;
    this.#concurrency.reserve(configuration.arn, configuration.reservedConcurrency);
    const log = new RotatingLog(join(logsDir, `${configuration.logicalId}.log`));
    const pool = new FunctionPool({
      size: Math.max(1, Math.min(configuration.reservedConcurrency ?? concurrency, concurrency)),
      idleMs,
      start: (onGone) => {
        const { roleArn, name } = configuration;
        const session = this.#options.credentials.forRole(roleArn, name, this.#habits.lambda.sessionMs);
        return new ExecutionEnvironment({
          configuration,
          runtimeApi: this.#runtimeApi,
          variables: processVariables(configuration, session, this.#options.endpoint()),
          credentialsExpireAt: session.expiresAt,
          temporaryDir: join(dir, 'tmp', randomUUID()),
          compileCacheDir: join(dir, 'compile-cache'),
          log,
          onLogLine: (line) => this.logLines.notify(line),
          onGone,
        });
      },
    });
    const { deadLetterArn, roleArn } = configuration;
    const asyncSettings = { ...ASYNC_DEFAULTS, deadLetterArn, roleArn };
    const former = this.#functions.get(configuration.arn);
    void former?.pool.close(0);
    const { permissions = [], policy } = former ?? {};
    this.#functions.set(configuration.arn, { configuration, pool, log, asyncSettings, permissions, policy });
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

  /** Deletes a function and stops its processes; without effect if it does not exist. */
  async remove(arn: string): Promise<void> {
    const known = this.#functions.get(arn);
    this.#functions.delete(arn);
    this.#concurrency.reserve(arn, undefined);
    this.#options.directory.unregister(arn);
    await known?.pool.close(0);
    await known?.log.close();
  }

  /** @returns a function that removes the permission */
  addPermission(nameOrArn: string, permission: InvokePermission): () => void {
    const known = this.getByName(nameOrArn);
    const update = (): void => void (known.policy = makeFunctionPolicy(known.configuration.arn, known.permissions));
    known.permissions.push(permission);
    update();
    return () => {
      known.permissions.splice(known.permissions.indexOf(permission), 1);
      update();
    };
  }

  configureAsync(nameOrArn: string, settings: Partial<AsyncSettings>): void {
    const known = this.getByName(nameOrArn);
    known.asyncSettings = { ...known.asyncSettings, ...settings };
  }

  /**
   * Invokes a function with messages of a queue, from `start` on.
   *
   * @returns a function that stops it
   */
  addSqsSource(
    nameOrArn: string,
    source: Omit<SqsEventSourceOptions, 'invoke' | 'onError' | 'concurrency'> & { concurrency?: number | undefined },
  ): () => Promise<void> {
    const fed = this.getByName(nameOrArn);
    const created = new SqsEventSource({
      ...source,
      concurrency: source.concurrency ?? this.#options.concurrency ?? 10,
      invoke: (payload, until) => this.#runUntil(fed, { requestId: randomUUID(), payload }, until),
      onError: (error) => this.#options.onError?.(`The queue of ${fed.configuration.name} failed`, error),
    });
    this.#sources.push(created);
    if (this.#started) created.start();
    return async () => {
      this.#sources.splice(this.#sources.indexOf(created), 1);
      await created.stop();
      await created.waitUntilSettled();
    };
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
    try {
      return await this.#run(called, { requestId: randomUUID(), ...options, payload: bytes });
    } catch (error) {
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
    return this.#ends.add(listener);
  }

  /** Starts invoking functions with events and messages. Call it once every resource exists. */
  start(): void {
    this.#started = true;
    this.#events.start();
    for (const source of this.#sources) source.start();
  }

  /** Stops receiving messages and accepting invocations; running ones continue, and those that fail are retried later. */
  prepareToClose(): void {
    for (const source of this.#sources) void source.stop();
    this.#stopping.abort();
    this.#concurrency.close();
    for (const { pool } of this.list()) pool.prepareToClose();
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

  /** Runs a function, retrying while it is throttled. @throws ThrottledError if it is until the given time */
  async #runUntil(called: LambdaFunction, invocation: Invocation, until: number): Promise<Outcome> {
    if (this.#habits.lambda.throttledBatches === 'wait') {
      return this.#run(called, invocation, await this.#waitToEnter(called.configuration, until));
    }
    for (let throttles = 1; ; throttles += 1) {
      try {
        return await this.#run(called, invocation);
      } catch (error) {
        if (!(error instanceof ThrottledError)) throw error;
        const pauseMs = throttlePauseMs(throttles) * (0.5 + this.#random() / 2);
        if (Date.now() + pauseMs >= until) throw error;
        await sleep(pauseMs, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Counts an invocation as running. @returns a function that ends it @throws ThrottledError */
  #enter({ arn, name }: FunctionConfiguration): () => void {
    try {
      return this.#concurrency.enter(arn);
    } catch (error) {
      if (error instanceof ThrottledError) this.throttles.notify(name);
      throw error;
    }
  }

  /** Does the same as soon as that is possible. @throws ThrottledError if it is not until the given time */
  async #waitToEnter(configuration: FunctionConfiguration, until: number): Promise<() => void> {
    try {
      return this.#enter(configuration);
    } catch (error) {
      if (!(error instanceof ThrottledError)) throw error;
      return this.#concurrency.waitToEnter(configuration.arn, until);
    }
  }

  /** @param leave ends the invocation's share of the account's concurrency @throws ThrottledError */
  async #run(
    { configuration, pool }: LambdaFunction,
    invocation: Invocation,
    leave: () => void = this.#enter(configuration),
  ): Promise<Outcome> {
    const outcome = await pool.invoke(invocation).finally(leave);
    const { name: functionName, logicalId } = configuration;
    const { durationMs, initMs, error } = outcome;
    this.#ends.notify({ functionName, logicalId, requestId: invocation.requestId, durationMs, initMs, error });
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
