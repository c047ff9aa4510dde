import type { Invocation, Outcome } from './invocation.ts';
import { EnvironmentLostError, type ExecutionEnvironment } from './execution-environment.ts';

interface PoolOptions {
  /** Maximum number of environments; further invocations wait. */
  readonly size: number;
  readonly start: (onGone: () => void) => ExecutionEnvironment;
  /** Time after which an idle environment ends. */
  readonly idleMs: number;
}

/** Thrown while the laptop cloud is shutting down. */
export class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (closed: PoolClosedError) => void;
}

/**
 * Environments of one function: started on demand, reused most recent first, and ended when idle, or when their credentials
 * expire. Lambda also ends environments every few hours, even those in use.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
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

  /** Invokes the function, once an environment is free. @throws PoolClosedError */
  async invoke(invocation: Invocation): Promise<Outcome> {
    await this.#takeSlot();
    const outcome = this.#invokeInSlot(invocation).finally(() => this.#releaseSlot());
    this.#running.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#running.delete(outcome);
    }
  }

  /** Rejects new and waiting invocations, and from here on also those that fail: their failure need not be the function's. */
  prepareToClose(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new PoolClosedError('The laptop cloud is shutting down.'));
  }

  /** Waits up to `graceMs` for running invocations, then kills every process. */
  async close(graceMs: number): Promise<void> {
    this.prepareToClose();
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

  async #takeSlot(): Promise<void> {
    if (this.#closed) throw new PoolClosedError('The laptop cloud is shutting down.');
    if (this.#freeSlots > 0) {
      this.#freeSlots -= 1;
      return;
    }
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
    for (const environment of [...this.#idle.keys()].toReversed()) {
      clearTimeout(this.#idle.get(environment));
      this.#idle.delete(environment);
      if (!environment.isExpiring) return environment;
      void environment.stop();
    }
    return undefined;
  }

  #keepIdle(environment: ExecutionEnvironment): void {
    if (environment.gone || this.#closed) return;
    this.#idle.set(environment, setTimeout(() => void environment.stop(), this.#options.idleMs).unref());
  }
}
