import { SqlEngineBusyError } from './sql-engine.ts';

/** Gives the one connection back; a second call does nothing. */
export type Release = () => void;

/** Hands one connection from caller to caller, first come, first served. */
export class ConnectionQueue {
  readonly #limit: number;
  readonly #waiting: { readonly resolve: (release: Release) => void; readonly reject: (error: Error) => void }[] = [];
  #held = false;
  #closed: Error | undefined;

  /** @param limit how many callers may wait before more are turned away */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws SqlEngineBusyError when too many wait already, so that a forgotten transaction cannot eat the memory */
  async acquire(): Promise<Release> {
    if (this.#closed !== undefined) throw this.#closed;
    if (!this.#held) {
      this.#held = true;
      return this.#release();
    }
    if (this.#waiting.length >= this.#limit) {
      throw new SqlEngineBusyError(`${this.#limit} statements wait for the connection already`);
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Turns away who waits and who comes, since there is no connection any more. */
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
      if (next === undefined) this.#held = false;
      else next.resolve(this.#release());
    };
  }
}
