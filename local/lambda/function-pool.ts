import type { Invocation, Outcome } from './invocation.ts';
import { EnvironmentLostError, type ExecutionEnvironment } from './execution-environment.ts';

interface PoolOptions {
  /** Maximum number of environments. */
  readonly size: number;
  readonly start: (onGone: () => void) => ExecutionEnvironment;
  /** Time after which an idle environment ends. */
  readonly idleMs: number;
}

/** Thrown if all slots are taken and the caller does not wait. */
export class TooManyInvocationsError extends Error {
  override readonly name = 'TooManyInvocationsError';
}

/** Thrown while the laptop cloud is shutting down. */
export class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (closed: PoolClosedError) => void;
}

/** Environments of one function: started on demand, reused most recent first, and ended when idle. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  /** Idle environments with the timers that end them, the most recently used last. */
  readonly #idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  readonly #waiting: Waiter[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #freeSlots: number;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#freeSlots = options.size;
  }

  /**
   * @param wait whether to wait for a slot if all are taken
   * @throws TooManyInvocationsError, PoolClosedError
   */
  async invoke(invocation: Invocation, wait: boolean): Promise<Outcome> {
    await this.#takeSlot(wait);
    const outcome = this.#invokeInSlot(invocation).finally(() => this.#releaseSlot());
    this.#running.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#running.delete(outcome);
    }
  }

  /** Rejects new invocations, waits up to `graceMs` for running ones, then kills every process. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new PoolClosedError('The laptop cloud is shutting down.'));
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

  async #invokeInSlot(invocation: Invocation): Promise<Outcome> {
    for (;;) {
      const environment = this.#takeIdle() ?? this.#start();
      try {
        const outcome = await environment.invoke(invocation);
        // A failure during shutdown need not be the function's.
        if (this.#closed && outcome.error !== undefined)
          throw new PoolClosedError('The laptop cloud is shutting down.');
        return outcome;
      } catch (error) {
        if (!(error instanceof EnvironmentLostError)) throw error;
        if (this.#closed) throw new PoolClosedError('The laptop cloud is shutting down.');
      } finally {
        this.#keepIdle(environment);
      }
    }
  }

  async #takeSlot(wait: boolean): Promise<void> {
    if (this.#closed) throw new PoolClosedError('The laptop cloud is shutting down.');
    if (this.#freeSlots > 0) {
      this.#freeSlots -= 1;
      return;
    }
    if (!wait) throw new TooManyInvocationsError('Rate Exceeded.');
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Passes the slot to the caller that has waited longest. */
  #releaseSlot(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#freeSlots += 1;
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

  #keepIdle(environment: ExecutionEnvironment): void {
    if (environment.gone || this.#closed) return;
    this.#idle.set(environment, setTimeout(() => void environment.stop(), this.#options.idleMs).unref());
  }
}
