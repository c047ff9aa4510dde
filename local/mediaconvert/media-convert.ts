import { join } from 'node:path';
import { ApiError } from '../aws-api/api-error.ts';
import { regionalArn } from '../cloud/account.ts';
import type { EventInput } from '../eventbridge/event.ts';
import { probeFile } from './ffprobe.ts';
import type { JobPhase } from './job-events.ts';
import { JobLedger } from './job-ledger.ts';
import { hasJobEnded, type JobRecord, describeJob, makeJobId } from './job-record.ts';
import { type CreateJobRequest, parseCreateJob } from './job-request.ts';
import { JobRunner } from './job-runner.ts';
import type { MediaTools } from './media-tools.ts';
import { type EncoderStore, parseS3Uri } from './encoder-store.ts';
import { buildProbeResult } from './probe-result.ts';
import { SourceFiles } from './source-files.ts';

interface MediaConvertOptions extends MediaTools {
  /** Directory of this service alone. */
  readonly dir: string;
  readonly store: EncoderStore;
  /** Publishes to the default bus. The bus has stored the event once the promise resolves. */
  readonly publish: (event: EventInput) => Promise<void>;
  /** Number of jobs encoded at once. @default 1, since each uses all cores */
  readonly concurrentJobs?: number;
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
  readonly #jobs = new Map<string, JobRecord>();
  readonly #queues = new Map<string, EncoderQueue>([
    [queueArnOf(DEFAULT_QUEUE), { name: DEFAULT_QUEUE, paused: false }],
  ]);
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
    this.#ledger = new JobLedger({ dir: join(dir, 'jobs'), publish, now });
    this.#sources = new SourceFiles(join(dir, 'sources'), store, (media) =>
      probeFile(media, { tools: options, signal: this.#closing.signal }),
    );
    this.#runner = new JobRunner({
      tools: options,
      store,
      sources: this.#sources,
      ledger: this.#ledger,
      directory: join(dir, 'work'),
      now,
      onProgress: (job, phase, percent) =>
        this.#report({ jobId: job.id, userMetadata: job.userMetadata, phase, percent }),
    });
  }

  /** Opens the state of an earlier process. Its jobs continue once `start` is called. */
  static async open(options: MediaConvertOptions): Promise<MediaConvert> {
    const service = new MediaConvert(options);
    await service.#sources.clear();
    for (const record of await service.#ledger.load()) {
      service.#jobs.set(record.id, record);
      service.#sequence = Math.max(service.#sequence, record.sequence);
    }
    return service;
  }

  /** Starts publishing and encoding. Call it once the targets of events exist. */
  start(): void {
    this.#started = true;
    for (const job of this.#jobs.values()) this.#ledger.publish(job);
    this.#startJobs();
  }

  /** Stops every job; they restart after the next `open`. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The service is closing.'));
    for (const { abort } of this.#running.values()) abort.abort(this.#closing.signal.reason);
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

  /** Subscribes to progress. Returns a function that unsubscribes. */
  onProgress(listener: (progress: JobProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * @param body body of CreateJob as on the wire
   * @throws ApiError `BadRequestException`, `NotFoundException`
   */
  async createJob(body: unknown): Promise<object> {
    const request = parseCreateJob(body);
    const queueArn = this.#findQueue(request.queue);
    const now = this.#now();
    const earlier = [...this.#jobs.values()].find((job) =>
      job.clientRequestToken !== undefined &&
      job.clientRequestToken === request.clientRequestToken &&
      now - job.createdAt < TOKEN_LIFE_MS);
    if (earlier !== undefined) return this.#resource(earlier);
    const record = this.#newRecord(request, queueArn, now);
    this.#jobs.set(record.id, record);
    await this.#ledger.save(record);
    const resource = this.#resource(record);
    this.#startJobs();
    return resource;
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
    const matching = [...this.#jobs.values()]
      .filter(
        (job) => (queueArn === undefined || job.queueArn === queueArn) && (filter.status ?? job.status) === job.status,
      )
      .toSorted((a, b) => (filter.ascending === true ? a.sequence - b.sequence : b.sequence - a.sequence));
    const { after = 0, limit = 20 } = filter;
    const page = matching.slice(after, after + limit);
    return {
      jobs: page.map((job) => this.#resource(job)),
      ...(matching.length > after + limit ? { next: after + limit } : {}),
    };
  }

  /** @throws ApiError `NotFoundException`, `ConflictException` for a job that has ended */
  async cancelJob(id: string): Promise<void> {
    const job = this.#findJob(id);
    if (hasJobEnded(job))
      throw new ApiError('ConflictException', 409, `Job ${id} has already ended in status ${job.status}.`);
    const ended = this.#ledger.end(job, 'CANCELED', {});
    const running = this.#running.get(id);
    // In the same turn of the event loop as the status, so that no output appears once a client sees the job canceled.
    running?.abort.abort(new Error('The job was canceled.'));
    await ended;
    await running?.done;
  }

  /**
   * @param fileUrl `s3://bucket/key`
   * @throws ApiError `NotFoundException`, `BadRequestException` for a file that is not audio or video
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
    } finally {
      source.release();
    }
  }

  readonly #now = (): number => this.#options.now?.() ?? Date.now();

  #resource(record: JobRecord): object {
    return describeJob(record, this.#progress.get(record.id));
  }

  #findJob(id: string): JobRecord {
    const job = this.#jobs.get(id);
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
    const waiting = [...this.#jobs.values()]
      .filter((job) => !hasJobEnded(job) && !this.#running.has(job.id))
      .filter((job) => isInterrupted(job) || this.#queues.get(job.queueArn)?.paused === false)
      .toSorted(
        (a, b) =>
          Number(isInterrupted(b)) - Number(isInterrupted(a)) || b.priority - a.priority || a.sequence - b.sequence,
      );
    const free = (this.#options.concurrentJobs ?? 1) - this.#running.size;
    for (const job of waiting.slice(0, Math.max(0, free))) {
      const abort = new AbortController();
      const done = this.#runner.run(job, abort.signal).finally(() => {
        this.#running.delete(job.id);
        this.#progress.delete(job.id);
        this.#startJobs();
      });
      this.#running.set(job.id, { abort, done });
    }
  }

  #report(progress: JobProgress): void {
    this.#progress.set(progress.jobId, progress);
    for (const listener of this.#listeners) listener(progress);
  }
}
