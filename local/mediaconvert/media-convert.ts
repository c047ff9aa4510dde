import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../aws-api/api-error.ts';
import { regionalArn } from '../cloud/account.ts';
import type { EventInput } from '../eventbridge/event.ts';
import { probeFile } from './probe/ffprobe.ts';
import type { JobPhase } from './jobs/job-events.ts';
import { JobLedger } from './jobs/job-ledger.ts';
import { hasJobEnded, type JobRecord, describeJob, makeJobId } from './jobs/job-record.ts';
import { type CreateJobRequest, parseCreateJob } from './settings/job-request.ts';
import { type FindDenial, JobRunner } from './jobs/job-runner.ts';
import { type MediaTools, ToolStoppedError } from './media-tools.ts';
import type { EncoderHabits } from './encoder-habits.ts';
import { type EncoderStore, parseS3Uri } from './encoder-store.ts';
import { buildProbeResult } from './probe/probe-result.ts';
import { SourceFiles } from './source-files.ts';
import { addProjections } from './probe/stream-orientation.ts';

interface MediaConvertOptions extends MediaTools {
  /** Directory of this service alone. */
  readonly dir: string;
  readonly store: EncoderStore;
  /** Publishes to the default bus. The bus has stored the event once the promise resolves. */
  readonly publish: (event: EventInput) => Promise<void>;
  /** Returns why a job may not read or write an object with its role; undefined if it may. @default every job may */
  readonly findDenial?: FindDenial;
  /** Unpleasant habits of the service. @default none */
  readonly habits?: EncoderHabits | undefined;
  /** Number of jobs encoded at once. @default 1, since each uses all cores */
  readonly concurrentJobs?: number;
  /** Receives the error of a full disk, for which jobs wait. @default none */
  readonly onError?: (error: unknown) => void;
  /** Delay before a job that found the disk full runs again. @default ten seconds */
  readonly fullDiskRetryMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Progress of a job, for display. */
interface JobProgress {
  readonly jobId: string;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly phase: JobPhase;
  /** Percentage of the whole job, 0 to 100. */
  readonly percent: number;
}

interface EncoderQueue {
  readonly name: string;
  readonly paused: boolean;
  /** Number of its jobs that are encoded at once. @default the number for all queues */
  readonly concurrentJobs?: number;
}

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** "If you reuse a client request token within one minute of a successful request, the API returns the original job." */
const TOKEN_LIFE_MS = 60_000;
const DEFAULT_QUEUE = 'Default';

function isInterrupted({ status }: JobRecord): boolean {
  return status === 'PROGRESSING';
}

function isSettled(job: JobRecord): boolean {
  return hasJobEnded(job) && job.outbox.length === 0;
}

function queueArnOf(name: string): string {
  return regionalArn('mediaconvert', `queues/${name}`);
}

/**
 * AWS Elemental MediaConvert on this machine: stores jobs on disk, queues them by priority, and encodes them with ffmpeg. A
 * job interrupted by a crash restarts; if everything was encoded, only the remaining uploads and events are retried.
 */
export class MediaConvert {
  readonly #options: MediaConvertOptions;
  readonly #ledger: JobLedger;
  readonly #sources: SourceFiles;
  readonly #runner: JobRunner;
  /** Jobs that have not ended or have unpublished events. */
  readonly #jobs = new Map<string, JobRecord>();
  readonly #queues = new Map<string, EncoderQueue>([
    [queueArnOf(DEFAULT_QUEUE), { name: DEFAULT_QUEUE, paused: false }],
  ]);
  /** Jobs that stay SUBMITTED although their queue is free. */
  readonly #held = new Set<string>();
  readonly #running = new Map<string, Running>();
  readonly #progress = new Map<string, JobProgress>();
  readonly #listeners = new Set<(progress: JobProgress) => void>();
  readonly #closing = new AbortController();
  #started = false;
  #sequence = 0;

  private constructor(options: MediaConvertOptions) {
    const { dir, store, publish } = options;
    const now = this.#now;
    this.#options = options;
    this.#ledger = new JobLedger({ dir, publish, now });
    this.#sources = new SourceFiles(join(dir, 'sources'), store, async (media) =>
      addProjections(media, await probeFile(media, { tools: options, signal: this.#closing.signal })),
    );
    this.#runner = new JobRunner({
      tools: options,
      store,
      sources: this.#sources,
      ledger: this.#ledger,
      findDenial: options.findDenial ?? (async () => undefined),
      directory: join(dir, 'work'),
      onError: options.onError,
      fullDiskRetryMs: options.fullDiskRetryMs,
      firstCapture: () => options.habits?.firstCapture() ?? 0,
      now,
      onProgress: (job, phase, percent) =>
        this.#report({ jobId: job.id, userMetadata: job.userMetadata, phase, percent }),
    });
  }

  /** Opens the state of an earlier process. Its jobs continue once `start` is called. */
  static async open(options: MediaConvertOptions): Promise<MediaConvert> {
    const service = new MediaConvert(options);
    try {
      await service.#sources.clear();
      for (const record of service.#ledger.store.listUnsettled()) service.#jobs.set(record.id, record);
      service.#sequence = service.#ledger.store.lastSequence();
      return service;
    } catch (error) {
      await service.#ledger.close();
      throw error;
    }
  }

  /** Starts publishing and encoding. Call it once the targets of events exist. */
  start(): void {
    this.#started = true;
    for (const job of this.#jobs.values()) this.#ledger.publish(job);
    this.#startJobs();
  }

  /** Stops every job; they restart after the next `open`. */
  prepareToClose(): void {
    this.#closing.abort(new Error('The service is closing.'));
    for (const { abort } of this.#running.values()) abort.abort(this.#closing.signal.reason);
  }

  /** Waits until every job has stopped. */
  async close(): Promise<void> {
    this.prepareToClose();
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
    await this.#ledger.close();
    await this.#sources.clear();
  }

  defineQueue(settings: EncoderQueue): string {
    const arn = queueArnOf(settings.name);
    this.#queues.set(arn, settings);
    this.#startJobs();
    return arn;
  }

  /** Deletes a queue of the template; its waiting jobs stay and never run. */
  removeQueue(name: string): void {
    this.#queues.delete(queueArnOf(name));
  }

  /** Subscribes to progress. Returns a function that unsubscribes. */
  onProgress(listener: (progress: JobProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * @param body body of CreateJob as on the wire
   * @throws ApiError `BadRequestException`, `NotFoundException`
   */
  createJob(body: unknown): object {
    const request = parseCreateJob(body);
    const queueArn = this.#findQueue(request.queue);
    const now = this.#now();
    const token = request.clientRequestToken;
    const earlier = token === undefined ? undefined : this.#ledger.store.findByToken(token, now - TOKEN_LIFE_MS);
    if (earlier !== undefined) return this.#resource(earlier);
    const record = this.#newRecord(request, queueArn, now);
    this.#ledger.store.save(record);
    this.#jobs.set(record.id, record);
    const resource = this.#resource(record);
    void this.#hold(record.id, this.#options.habits?.submittedMs() ?? 0);
    this.#startJobs();
    return resource;
  }

  /** Keeps a job SUBMITTED for a time. A restart ends it. */
  async #hold(id: string, holdMs: number): Promise<void> {
    if (holdMs === 0) return;
    this.#held.add(id);
    await delay(holdMs, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined);
    this.#held.delete(id);
    this.#startJobs();
  }

  /** @throws ApiError `NotFoundException` */
  getJob(id: string): object {
    return this.#resource(this.#findJob(id));
  }

  /** Lists jobs, newest first by default. */
  listJobs(filter: { queue?: string; status?: string; ascending?: boolean; after?: number; limit?: number }): {
    jobs: object[];
    next?: number;
  } {
    const queueArn = filter.queue === undefined ? undefined : this.#findQueue(filter.queue);
    const { status, ascending, after = 0, limit = 20 } = filter;
    // One more tells whether another page follows.
    const found = this.#ledger.store.list({ queueArn, status, ascending, offset: after, limit: limit + 1 });
    return {
      jobs: found.slice(0, limit).map((job) => this.#resource(job)),
      ...(found.length > limit ? { next: after + limit } : {}),
    };
  }

  /** @throws ApiError `NotFoundException`, `ConflictException` for a job that has ended */
  async cancelJob(id: string): Promise<void> {
    const job = this.#findJob(id);
    if (hasJobEnded(job))
      throw new ApiError('ConflictException', 409, `Job ${id} has already ended in status ${job.status}.`);
    this.#ledger.end(job, 'CANCELED', {});
    const running = this.#running.get(id);
    // In the same turn of the event loop as the status, so that no output appears once a client sees the job canceled.
    running?.abort.abort(new Error('The job was canceled.'));
    await running?.done;
  }

  /**
   * @param fileUrl `s3://bucket/key`
   * @throws ApiError `NotFoundException`, `BadRequestException` for a file that is not audio or video,
   *   `InternalServerErrorException` if the probe was stopped
   */
  async probe(fileUrl: string): Promise<object> {
    const { bucket, key } = parseS3Uri(fileUrl);
    const source = bucket === '' || key === '' ? undefined : await this.#sources.take(bucket, key);
    if (source === undefined) throw new ApiError('NotFoundException', 404, `File ${fileUrl} does not exist.`);
    try {
      const { container, object } = source;
      const probed = await source.probe();
      if (container === undefined || probed === undefined || probed.streams.length === 0) {
        throw new ApiError('BadRequestException', 400, `Unable to probe ${fileUrl}: it is not a readable media file.`);
      }
      return buildProbeResult(probed, container.mediaConvertFormat, object);
    } catch (error) {
      if (!(error instanceof ToolStoppedError)) throw error;
      throw new ApiError('InternalServerErrorException', 500, `Unable to probe ${fileUrl}: ${error.message}`);
    } finally {
      source.release();
    }
  }

  readonly #now = (): number => this.#options.now?.() ?? Date.now();

  #resource(record: JobRecord): object {
    return describeJob(record, this.#progress.get(record.id));
  }

  #findJob(id: string): JobRecord {
    const job = this.#jobs.get(id) ?? this.#ledger.store.find(id);
    if (job === undefined) throw new ApiError('NotFoundException', 404, `Job ${id} does not exist.`);
    return job;
  }

  #findQueue(nameOrArn = DEFAULT_QUEUE): string {
    const arn = this.#queues.has(nameOrArn) ? nameOrArn : queueArnOf(nameOrArn);
    if (!this.#queues.has(arn)) throw new ApiError('NotFoundException', 404, `Queue ${nameOrArn} does not exist.`);
    return arn;
  }

  #newRecord(request: CreateJobRequest, queueArn: string, now: number): JobRecord {
    this.#sequence += 1;
    return {
      id: makeJobId(now),
      sequence: this.#sequence,
      queueArn,
      role: request.role,
      priority: request.priority,
      settings: request.settings,
      userMetadata: request.userMetadata,
      statusUpdateInterval: request.statusUpdateInterval,
      ...(request.clientRequestToken === undefined ? {} : { clientRequestToken: request.clientRequestToken }),
      status: 'SUBMITTED',
      createdAt: now,
      warnings: [],
      outbox: [],
    };
  }

  /** Starts waiting jobs: interrupted ones first, then by priority, then in the order of submission. */
  #startJobs(): void {
    if (!this.#started || this.#closing.signal.aborted) return;
    for (const job of this.#jobs.values()) if (isSettled(job)) this.#jobs.delete(job.id);
    const waiting = [...this.#jobs.values()]
      .filter((job) => !hasJobEnded(job) && !this.#running.has(job.id) && !this.#held.has(job.id))
      .filter((job) => isInterrupted(job) || this.#queues.get(job.queueArn)?.paused === false)
      .toSorted(
        (a, b) =>
          Number(isInterrupted(b)) - Number(isInterrupted(a)) || b.priority - a.priority || a.sequence - b.sequence,
      );
    for (const job of waiting) {
      if (this.#running.size >= (this.#options.concurrentJobs ?? 1)) return;
      if (this.#isQueueFull(job.queueArn)) continue;
      const abort = new AbortController();
      const done = this.#runner.run(job, abort.signal).finally(() => {
        this.#running.delete(job.id);
        this.#progress.delete(job.id);
        this.#startJobs();
      });
      this.#running.set(job.id, { abort, done });
    }
  }

  #isQueueFull(queueArn: string): boolean {
    const running = [...this.#running.keys()].filter((id) => this.#jobs.get(id)?.queueArn === queueArn);
    return running.length >= (this.#queues.get(queueArn)?.concurrentJobs ?? Infinity);
  }

  #report(progress: JobProgress): void {
    this.#progress.set(progress.jobId, progress);
    for (const listener of this.#listeners) listener(progress);
  }
}
