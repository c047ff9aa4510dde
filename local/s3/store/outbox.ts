import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Database, integer, text } from './database.ts';

/** An event as EventBridge takes it. */
export interface S3Event {
  readonly source: 'aws.s3';
  readonly 'detail-type': string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly resources: string[];
  readonly detail: Record<string, unknown>;
}

const eventSchema = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  time: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

const BATCH = 16;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;

/**
 * Events on their way to EventBridge. Each is written by the transaction that it tells of and removed once published, so
 * a crash between the two publishes it again and never loses it.
 */
export class Outbox {
  readonly #database: Database;
  readonly #publish: (event: S3Event) => Promise<void>;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #started = false;

  constructor(database: Database, publish: (event: S3Event) => Promise<void>) {
    this.#database = database;
    this.#publish = publish;
  }

  /** Within the transaction that the event tells of; `wake` follows it. */
  add(event: S3Event): void {
    this.#database.run('INSERT INTO outbox (event) VALUES (?)', JSON.stringify(event));
  }

  /** From now on events are published, those of an earlier run first. */
  start(): void {
    this.#started = true;
    this.wake();
  }

  wake(): void {
    if (!this.#started || this.#stopped.signal.aborted || this.#running !== undefined) return;
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  /** What is not published yet stays for the next run. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #drain(): Promise<void> {
    // Leaves the transaction's caller first: publishing may call back into the store.
    await Promise.resolve();
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      const rows = this.#database.all('SELECT id, event FROM outbox ORDER BY id LIMIT ?', BATCH);
      if (rows.length === 0) return;
      try {
        for (const row of rows) {
          await this.#publish(eventSchema.parse(JSON.parse(text(row, 'event'))));
          this.#database.run('DELETE FROM outbox WHERE id = ?', integer(row, 'id'));
        }
        retryMs = FIRST_RETRY_MS;
      } catch {
        await delay(retryMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  }
}
