import { ApiError } from '../aws-api/api-error.ts';
import { PoolClosedError } from './function-pool.ts';

/** Minimum that reservations must leave to the other functions; an account that has less can reserve nothing. */
const MIN_UNRESERVED = 100;

/** Thrown if Lambda throttles an invocation. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export class ThrottledError extends ApiError {
  constructor(reason: 'ConcurrentInvocationLimitExceeded' | 'ReservedFunctionConcurrentInvocationLimitExceeded') {
    super('TooManyRequestsException', 429, 'Rate Exceeded.', { details: { Reason: reason, Type: 'User' } });
  }
}

interface Waiter {
  readonly resolve: (leave: () => void) => void;
  readonly reject: (closed: PoolClosedError) => void;
}

/** Concurrency that one function has reserved, or that all others share. */
interface Share {
  limit: number;
  running: number;
  /** Invocations that start as soon as they can, the oldest first. */
  readonly waiters: Set<Waiter>;
}

/**
 * Concurrency of the account: all functions share it, except for what some have reserved, which is also their limit.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class AccountConcurrency {
  readonly #limit: number;
  readonly #unreserved: Share;
  /** By function ARN. */
  readonly #reserved = new Map<string, Share>();
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
    this.#unreserved = makeShare(limit);
  }

  /**
   * Reserves concurrency for a function, or none.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   *
   * @throws Error if the reservation leaves the other functions too little
   */
  reserve(functionArn: string, amount: number | undefined): void {
    const free = this.#unreserved.limit + (this.#reserved.get(functionArn)?.limit ?? 0);
    const minimum = Math.min(MIN_UNRESERVED, this.#limit);
    if (amount !== undefined && amount > 0 && free - amount < minimum) {
      throw new Error(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
      );
    }
    this.#reserved.delete(functionArn);
    this.#unreserved.limit = free - (amount ?? 0);
    if (amount !== undefined) this.#reserved.set(functionArn, makeShare(amount));
  }

  /** Counts an invocation as running. @returns a function that ends it @throws ThrottledError */
  enter(functionArn: string): () => void {
    this.#requireOpen();
    const share = this.#shareOf(functionArn);
    if (share.running < share.limit) return this.#take(share);
    throw new ThrottledError(
      share === this.#unreserved
        ? 'ConcurrentInvocationLimitExceeded'
        : 'ReservedFunctionConcurrentInvocationLimitExceeded',
    );
  }

  /**
   * Counts an invocation as running as soon as that is possible.
   *
   * @param until time in milliseconds since the epoch
   * @throws ThrottledError if it is not possible until then, PoolClosedError
   */
  async waitToEnter(functionArn: string, until: number): Promise<() => void> {
    try {
      return this.enter(functionArn);
    } catch (error) {
      if (!(error instanceof ThrottledError) || until <= Date.now()) throw error;
      const { waiters } = this.#shareOf(functionArn);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(error);
        }, until - Date.now()).unref();
        const waiter: Waiter = {
          resolve: (leave) => {
            clearTimeout(timer);
            resolve(leave);
          },
          reject: (closed) => {
            clearTimeout(timer);
            reject(closed);
          },
        };
        waiters.add(waiter);
      });
    }
  }

  /** Rejects new and waiting invocations. */
  close(): void {
    this.#closed = true;
    for (const { waiters } of [this.#unreserved, ...this.#reserved.values()]) {
      for (const { reject } of waiters) reject(new PoolClosedError('The laptop cloud is shutting down.'));
      waiters.clear();
    }
  }

  #shareOf(functionArn: string): Share {
    return this.#reserved.get(functionArn) ?? this.#unreserved;
  }

  #take(share: Share): () => void {
    share.running += 1;
    return () => {
      share.running -= 1;
      const [next] = share.waiters;
      if (next === undefined || share.running >= share.limit) return;
      share.waiters.delete(next);
      next.resolve(this.#take(share));
    };
  }

  #requireOpen(): void {
    if (this.#closed) throw new PoolClosedError('The laptop cloud is shutting down.');
  }
}

function makeShare(limit: number): Share {
  return { limit, running: 0, waiters: new Set() };
}
