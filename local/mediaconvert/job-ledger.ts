import { JsonFiles } from '../durable/json-files.ts';
import { Outbox } from '../durable/outbox.ts';
import type { EventInput } from '../eventbridge/event.ts';
import { buildJobStateEvent } from './job-events.ts';
import { hasJobEnded, type JobRecord, jobRecordSchema } from './job-record.ts';

interface JobLedgerOptions {
  readonly dir: string;
  /** Publishes to the default bus. The bus has stored the event once the promise resolves. */
  readonly publish: (event: EventInput) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Jobs on disk, each with the outbox of its events: a change of a job and its event are one write. */
export class JobLedger {
  readonly #options: JobLedgerOptions;
  readonly #files: JsonFiles<JobRecord>;
  readonly #outboxes = new Map<string, Outbox<JobRecord['outbox'][number]>>();
  #closed = false;

  constructor(options: JobLedgerOptions) {
    this.#options = options;
    this.#files = new JsonFiles(options.dir, jobRecordSchema);
  }

  /** Returns the jobs of earlier processes in the order of submission. */
  async load(): Promise<JobRecord[]> {
    const jobs = await this.#files.load();
    return jobs.toSorted((a, b) => a.sequence - b.sequence);
  }

  save(job: JobRecord): Promise<void> {
    return this.#files.write(job.id, job);
  }

  /**
   * Saves a job with an event, and publishes the event.
   *
   * @param detail fields that only this status has
   */
  async record(job: JobRecord, status: string, detail: Record<string, unknown>): Promise<void> {
    job.outbox.push({ status, timestamp: this.#options.now(), detail });
    await this.save(job);
    this.publish(job);
  }

  /** Ends a job. Does nothing if it has ended, as when a cancellation races with the last phase. */
  async end(job: JobRecord, status: 'COMPLETE' | 'CANCELED' | 'ERROR', detail: Record<string, unknown>): Promise<void> {
    if (hasJobEnded(job)) return;
    job.status = status;
    job.finishedAt = this.#options.now();
    if (status === 'COMPLETE' && job.encoded !== undefined) job.outputGroupDetails = job.encoded.outputGroupDetails;
    delete job.encoded;
    await this.record(job, status, detail);
  }

  /** Publishes progress once, without storing it: it is worthless later. */
  publishProgress(job: JobRecord, detail: Record<string, unknown>): void {
    this.#options.publish(buildJobStateEvent(job, 'STATUS_UPDATE', this.#options.now(), detail)).catch(() => undefined);
  }

  /** Publishes the events in a job's outbox. */
  publish(job: JobRecord): void {
    if (this.#closed || job.outbox.length === 0) return;
    const outbox = this.#outboxes.get(job.id) ?? this.#outboxOf(job);
    this.#outboxes.set(job.id, outbox);
    outbox.start();
  }

  /** Stops publishing and waits for current events; the next process publishes the remaining ones. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#outboxes.values(), (outbox) => outbox.stop()));
  }

  #outboxOf(job: JobRecord): Outbox<JobRecord['outbox'][number]> {
    return new Outbox({
      oldest: () => job.outbox[0],
      publish: ({ status, timestamp, detail }) =>
        this.#options.publish(buildJobStateEvent(job, status, timestamp, detail)),
      remove: async () => {
        job.outbox.shift();
        await this.save(job);
      },
    });
  }
}
