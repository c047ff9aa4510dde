import { SqlEngineBusyError } from './sql-engine.ts';

/** Releases the connection; a second call has no effect. */
type Release = () => void;

/** Grants one connection to callers in the order of their calls. */
export class ConnectionQueue {
  readonly #limit: number;
  readonly #waiting: { readonly resolve: (release: Release) => void; readonly reject: (error: Error) => void }[] = [];
  #held = false;
  #freeSinceMs = Date.now();
  #closed: Error | undefined;

  /** @param limit number of waiting callers beyond which further ones are rejected */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws SqlEngineBusyError at the limit, so that an abandoned transaction cannot exhaust the memory */
  async acquire(): Promise<Release> {
    if (this.#closed !== undefined) throw this.#closed;
    if (!this.#held) {
      this.#held = true;
      return this.#release();
    }
    if (this.#waiting.length >= this.#limit) {
      throw new SqlEngineBusyError(
        `${this.#limit} statements are waiting for the connection. Commit or roll back open transactions.`,
      );
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Returns whether no caller has held the connection for this time. */
  isFreeFor(ms: number): boolean {
    return !this.#held && Date.now() - this.#freeSinceMs >= ms;
  }

  /** Rejects waiting and future callers, since the connection is closed. */
  close(error: Error): void {
    this.#closed ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #release(): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#held = false;
        this.#freeSinceMs = Date.now();
      } else next.resolve(this.#release());
    };
  }
}
