import { setTimeout as delay } from 'node:timers/promises';

interface OutboxOptions<Entry> {
  /** Returns the oldest unpublished entry. */
  readonly oldest: () => Entry | undefined;
  readonly publish: (entry: Entry) => Promise<void>;
  /** Removes a published entry from the durable record that holds it. */
  readonly remove: (entry: Entry) => Promise<void> | void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;

/**
 * Publishes entries of a durable record in order, retrying each until it succeeds. An entry is written together with the
 * change that it reports and removed once published, so that a crash in between publishes it again and never loses it.
 */
export class Outbox<Entry> {
  readonly #options: OutboxOptions<Entry>;
  readonly #stopped = new AbortController();
  #draining: Promise<void> | undefined;
  #started = false;

  constructor(options: OutboxOptions<Entry>) {
    this.#options = options;
  }

  /** Starts publishing, first the entries that an earlier process left. */
  start(): void {
    this.#started = true;
    this.publishPending();
  }

  /** Publishes new entries; called after each addition. */
  publishPending(): void {
    if (!this.#started || this.#stopped.signal.aborted || this.#draining !== undefined) return;
    this.#draining = this.#drain();
  }

  /** Stops publishing and waits for the current entry; the next process publishes the remaining ones. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#draining;
  }

  async #drain(): Promise<void> {
    const { oldest, publish, remove } = this.#options;
    // Leaves the caller's transaction first: publishing may call back into the record.
    await Promise.resolve();
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        const entry = oldest();
        if (entry === undefined) {
          // In the same turn as the check: an entry added from here on must start the next drain.
          this.#draining = undefined;
          return;
        }
        await publish(entry);
        await remove(entry);
        retryMs = FIRST_RETRY_MS;
      } catch {
        await delay(retryMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  }
}
