import { Outbox } from '../../durable/outbox.ts';
import type { EventInput } from '../../eventbridge/event.ts';
import { buildJobStateEvent } from './job-events.ts';
import { hasJobEnded, type JobRecord } from './job-record.ts';
import { JobStore } from './job-store.ts';

interface JobLedgerOptions {
  readonly dir: string;
  /** Publishes to the default bus. The bus has stored the event once the promise resolves. */
  readonly publish: (event: EventInput) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Time for which an ended job can be looked up, so that the history is bounded. MediaConvert's API reference states no such
 * time; the chain looks a job up at its deadline, within days.
 */
const RETENTION_MS = 90 * 24 * 3_600_000;

/** Jobs on disk, each with the outbox of its events: a change of a job and its event are one write. */
export class JobLedger {
  readonly store: JobStore;
  readonly #options: JobLedgerOptions;
  readonly #outboxes = new Map<string, Outbox<JobRecord['outbox'][number]>>();
  #closed = false;

  constructor(options: JobLedgerOptions) {
    this.#options = options;
    this.store = new JobStore(options.dir);
    this.#dropOldJobs();
  }

  /**
   * Saves the status of an unfinished job, and publishes its event. After a power failure the job may reach the same status
   * again.
   *
   * @param detail fields that only this status has
   */
  record(job: JobRecord, status: string, detail: Record<string, unknown>): void {
    job.outbox.push({ status, timestamp: this.#options.now(), detail });
    this.store.saveRepeatable(job);
    this.publish(job);
  }

  /**
   * Ends a job. Does nothing if it has ended, as when a cancellation races with the last phase.
   *
   * @throws Error if the end cannot be saved, as on a full disk; the job is unchanged
   */
  end(job: JobRecord, status: 'COMPLETE' | 'CANCELED' | 'ERROR', detail: Record<string, unknown>): void {
    if (hasJobEnded(job)) return;
    const finishedAt = this.#options.now();
    const { encoded, ...rest } = job;
    const ended: JobRecord = {
      ...rest,
      status,
      finishedAt,
      ...(status === 'COMPLETE' && encoded !== undefined && { outputGroupDetails: encoded.outputGroupDetails }),
      outbox: [...job.outbox, { status, timestamp: finishedAt, detail }],
    };
    this.store.save(ended);
    Object.assign(job, ended);
    delete job.encoded;
    this.publish(job);
    this.#dropOldJobs();
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
    this.store.close();
  }

  #dropOldJobs(): void {
    this.store.deleteEndedBefore(this.#options.now() - RETENTION_MS);
  }

  #outboxOf(job: JobRecord): Outbox<JobRecord['outbox'][number]> {
    return new Outbox({
      oldest: () => job.outbox[0],
      publish: ({ status, timestamp, detail }) =>
        this.#options.publish(buildJobStateEvent(job, status, timestamp, detail)),
      remove: () => {
        job.outbox.shift();
        // On failure the event is published again, as EventBridge may do.
        this.store.saveRepeatable(job);
        if (hasJobEnded(job) && job.outbox.length === 0) this.#outboxes.delete(job.id);
      },
    });
  }
}
