import type { EventInput } from '../eventbridge/event.ts';
import { jobStateEvent } from './job-events.ts';
import { hasJobEnded, type JobRecord } from './job-record.ts';
import { JobStore } from './job-store.ts';

export interface JobLedgerOptions {
  readonly dir: string;
  /** Takes events for the default bus; once it resolves, an event is kept. */
  readonly publish: (event: EventInput) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const RETRY_MS = 1000;

/**
 * The jobs on disk with the events that tell of them: a change and its event are one write, and the event is published,
 * in order, until the bus has taken it, by the next process if this one dies.
 */
export class JobLedger {
  readonly #options: JobLedgerOptions;
  readonly #store: JobStore;
  readonly #publishing = new Map<string, Promise<void>>();
  #closed = false;

  constructor(options: JobLedgerOptions) {
    this.#options = options;
    this.#store = new JobStore(options.dir);
  }

  load(): Promise<JobRecord[]> {
    return this.#store.load();
  }

  save(job: JobRecord): Promise<void> {
    return this.#store.save(job);
  }

  /** @param detail what this status adds to what every event has */
  async record(job: JobRecord, status: string, detail: Record<string, unknown>): Promise<void> {
    job.outbox.push({ status, timestamp: this.#options.now(), detail });
    await this.#store.save(job);
    this.publish(job);
  }

  /** Ends a job, once, however a cancellation and its last step cross. */
  async end(job: JobRecord, status: 'COMPLETE' | 'CANCELED' | 'ERROR', detail: Record<string, unknown>): Promise<void> {
    if (hasJobEnded(job)) return;
    job.status = status;
    job.finishedAt = this.#options.now();
    if (status === 'COMPLETE' && job.encoded !== undefined) job.outputGroupDetails = job.encoded.outputGroupDetails;
    delete job.encoded;
    await this.record(job, status, detail);
  }

  /** Tells of progress; worth nothing later, so it is not kept. */
  publishProgress(job: JobRecord, detail: Record<string, unknown>): void {
    this.#options.publish(jobStateEvent(job, 'STATUS_UPDATE', this.#options.now(), detail)).catch(() => undefined);
  }

  /** Publishes what a job has in store. */
  publish(job: JobRecord): void {
    if (this.#closed || this.#publishing.has(job.id) || job.outbox.length === 0) return;
    const work = this.#drain(job).finally(() => {
      this.#publishing.delete(job.id);
      this.publish(job);
    });
    this.#publishing.set(job.id, work);
  }

  /** Resolves when no event is on its way; those that remain are for the next process. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#publishing.values());
  }

  async #drain(job: JobRecord): Promise<void> {
    for (let [event] = job.outbox; event !== undefined && !this.#closed; [event] = job.outbox) {
      try {
        await this.#options.publish(jobStateEvent(job, event.status, event.timestamp, event.detail));
        job.outbox.shift();
        await this.#store.save(job);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, this.#closed ? 0 : RETRY_MS));
      }
    }
  }
}
