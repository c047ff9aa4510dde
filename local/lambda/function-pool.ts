import type { Invocation, Outcome } from './invocation.ts';
import { EnvironmentLostError, type ExecutionEnvironment } from './execution-environment.ts';

export interface PoolOptions {
  /** How many environments there are at most. */
  readonly size: number;
  readonly start: (onGone: () => void) => ExecutionEnvironment;
  /** How long an environment is kept that nobody uses. */
  readonly idleMs: number;
}

/** All places are taken and the caller does not want to wait. */
export class TooManyInvocationsError extends Error {
  override readonly name = 'TooManyInvocationsError';
}

/** The cloud is shutting down. */
export class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (closed: PoolClosedError) => void;
}

/** The environments of one function: started when needed, the one used last used first, ended when idle. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  /** With the timer that ends each; the one used last is last. */
  readonly #idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  readonly #waiting: Waiter[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #places: number;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#places = options.size;
  }

  /**
   * @param wait whether to wait for a place where all are taken
   * @throws TooManyInvocationsError, PoolClosedError
   */
  async invoke(invocation: Invocation, wait: boolean): Promise<Outcome> {
    await this.#takePlace(wait);
    const outcome = this.#invokeInPlace(invocation).finally(() => this.#leavePlace());
    this.#running.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#running.delete(outcome);
    }
  }

  /** Lets what runs finish for a while, then ends every process. Nothing new begins. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new PoolClosedError('The cloud is shutting down'));
    if (this.#running.size > 0) {
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.allSettled(this.#running), grace]);
      clearTimeout(timer);
    }
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all([...this.#all].map((environment) => environment.stop()));
    await Promise.allSettled(this.#running);
  }

  async #invokeInPlace(invocation: Invocation): Promise<Outcome> {
    for (;;) {
      const environment = this.#takeIdle() ?? this.#start();
      try {
        const outcome = await environment.invoke(invocation);
        // What fails while all around it closes says nothing of the function.
        if (this.#closed && outcome.error !== undefined) throw new PoolClosedError('The cloud is shutting down');
        return outcome;
      } catch (error) {
        if (!(error instanceof EnvironmentLostError)) throw error;
        if (this.#closed) throw new PoolClosedError('The cloud is shutting down');
      } finally {
        this.#rest(environment);
      }
    }
  }

  async #takePlace(wait: boolean): Promise<void> {
    if (this.#closed) throw new PoolClosedError('The cloud is shutting down');
    if (this.#places > 0) {
      this.#places -= 1;
      return;
    }
    if (!wait) throw new TooManyInvocationsError('Rate Exceeded.');
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Hands the place on to whoever waits longest. */
  #leavePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#places += 1;
    else next.resolve();
  }

  #start(): ExecutionEnvironment {
    const environment = this.#options.start(() => {
      this.#all.delete(environment);
      clearTimeout(this.#idle.get(environment));
      this.#idle.delete(environment);
    });
    this.#all.add(environment);
    return environment;
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    const environment = [...this.#idle.keys()].at(-1);
    if (environment === undefined) return undefined;
    clearTimeout(this.#idle.get(environment));
    this.#idle.delete(environment);
    return environment;
  }

  #rest(environment: ExecutionEnvironment): void {
    if (environment.gone || this.#closed) return;
    this.#idle.set(environment, setTimeout(() => void environment.stop(), this.#options.idleMs).unref());
  }
}
