import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PARTITION } from '../../cloud/account.ts';
import { FULL_DISK_RETRY_MS, isFullDisk } from '../../durable/full-disk.ts';
import type { Access } from '../../iam/access.ts';
import { encodeJob } from '../encode/encode-job.ts';
import type { LocalMedia } from '../probe/ffprobe.ts';
import { buildInputInformationDetail, type JobPhase, buildStatusUpdateDetail } from './job-events.ts';
import { JobFailedError } from './job-failed-error.ts';
import type { JobLedger } from './job-ledger.ts';
import { hasJobEnded, type JobRecord } from './job-record.ts';
import { jobSettingsSchema } from '../settings/job-settings.ts';
import { type MediaTools, ToolStoppedError } from '../media-tools.ts';
import { type EncoderStore, parseS3Uri } from '../encoder-store.ts';
import type { SourceFile, SourceFiles } from '../source-files.ts';
import { writeOutputFile } from '../encode/output-file.ts';

/** Denied action of a job's role, with AWS's message. */
export interface JobDenial {
  readonly action: string;
  readonly message: string;
}

/** Returns why a job may not read or write an object with its role; undefined if it may. */
export type FindDenial = (job: JobRecord, access: Access) => Promise<JobDenial | undefined>;

interface JobRunnerOptions {
  readonly tools: MediaTools;
  readonly store: EncoderStore;
  readonly sources: SourceFiles;
  readonly ledger: JobLedger;
  /** Returns why a job may not read or write an object with its role; undefined if it may. */
  readonly findDenial: FindDenial;
  /** Returns the number of a job's first frame capture. */
  readonly firstCapture: () => number;
  /** Parent of one directory per running job. */
  readonly directory: string;
  readonly now: () => number;
  readonly onProgress: (job: JobRecord, phase: JobPhase, percent: number) => void;
  /** Receives the error of a full disk, each time that a job waits for space. @default none */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Delay before a job that found the disk full runs again. @default ten seconds */
  readonly fullDiskRetryMs?: number | undefined;
}

/** Percentages of the whole job; encoding takes nearly all of the time. */
const PROBED_PERCENT = 2;
const ENCODED_PERCENT = 97;

type Encoded = NonNullable<JobRecord['encoded']>;

/** Runs jobs from submission to their end. */
export class JobRunner {
  readonly #options: JobRunnerOptions;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /**
   * Runs a job and never rejects: any error ends the job in `ERROR`, except that of a full disk, which is reported until there
   * is space again. Aborting `signal` leaves the job unchanged.
   */
  async run(job: JobRecord, signal: AbortSignal): Promise<void> {
    const { fullDiskRetryMs = FULL_DISK_RETRY_MS, onError } = this.#options;
    for (;;) {
      try {
        return await this.#runOnce(job, signal);
      } catch (error) {
        onError?.(error);
      }
      await delay(fullDiskRetryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || hasJobEnded(job)) return;
    }
  }

  /** @throws Error if the disk is full */
  async #runOnce(job: JobRecord, signal: AbortSignal): Promise<void> {
    const { ledger, now } = this.#options;
    const directory = join(this.#options.directory, job.id);
    try {
      if (job.status === 'SUBMITTED') {
        job.status = 'PROGRESSING';
        job.startedAt = now();
        ledger.record(job, 'PROGRESSING', {});
      }
      const encoded = job.encoded ?? (await this.#encode(job, directory, signal));
      await this.#upload(job, encoded, directory, signal);
      ledger.end(job, 'COMPLETE', {
        warnings: job.warnings,
        outputGroupDetails: encoded.outputGroupDetails,
        paddingInserted: 0,
        blackVideoDetected: 0,
      });
    } catch (error) {
      if (signal.aborted) return;
      if (isFullDisk(error)) {
        // What was encoded so far would keep the disk full.
        if (job.encoded === undefined) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
        throw error;
      }
      this.#fail(job, error);
    } finally {
      if (hasJobEnded(job)) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #encode(job: JobRecord, directory: string, signal: AbortSignal): Promise<Encoded> {
    const { sources, tools, ledger, firstCapture, onProgress } = this.#options;
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    onProgress(job, 'PROBING', 0);
    const settings = jobSettingsSchema.parse(job.settings);
    const uri = settings.inputs[0]?.fileInput ?? '';
    const { bucket, key } = parseS3Uri(uri);
    await this.#requireAccess(job, 's3:GetObject', bucket, key);
    const source = await sources.take(bucket, key);
    if (source === undefined) throw new JobFailedError('inputNotFound', uri);
    try {
      const media = requireMedia(source);
      const probed = await source.probe();
      signal.throwIfAborted();
      if (probed === undefined) throw new JobFailedError('unreadableInput', uri);
      ledger.record(job, 'INPUT_INFORMATION', buildInputInformationDetail(uri, probed));
      onProgress(job, 'TRANSCODING', PROBED_PERCENT);
      const { warnings, ...encoded } = await encodeJob({
        settings,
        media,
        probed,
        directory,
        firstCapture: firstCapture(),
        tools,
        signal,
        onProgress: this.#reporter(job),
      });
      signal.throwIfAborted();
      // From here on a restart does not encode again.
      job.encoded = encoded;
      job.warnings = warnings;
      ledger.store.saveRepeatable(job);
      return encoded;
    } finally {
      source.release();
    }
  }

  /** Makes the reporter of a job's progress, which also publishes it at the interval that the job requests. */
  #reporter(job: JobRecord) {
    const { ledger, now, onProgress } = this.#options;
    const intervalMs = Number(job.statusUpdateInterval.slice('SECONDS_'.length)) * 1000;
    let lastUpdate = now();
    return ({ percent = 0, frames }: { readonly percent: number | undefined; readonly frames: number }): void => {
      const jobPercent = PROBED_PERCENT + Math.floor((percent * (ENCODED_PERCENT - PROBED_PERCENT)) / 100);
      onProgress(job, 'TRANSCODING', jobPercent);
      if (now() - lastUpdate < intervalMs) return;
      lastUpdate = now();
      ledger.publishProgress(job, buildStatusUpdateDetail('TRANSCODING', percent, jobPercent, frames));
    };
  }

  /** Uploads in order, so that a manifest appears after everything that it refers to. */
  async #upload(job: JobRecord, { uploads }: Encoded, directory: string, signal: AbortSignal): Promise<void> {
    for (const [index, upload] of uploads.entries()) {
      signal.throwIfAborted();
      const percent = ENCODED_PERCENT + Math.floor((index * (100 - ENCODED_PERCENT)) / uploads.length);
      this.#options.onProgress(job, 'UPLOADING', percent);
      await this.#requireAccess(job, 's3:PutObject', upload.bucket, upload.key);
      await writeOutputFile(upload, directory, this.#options.store);
    }
  }

  /** @throws JobFailedError if the job's role may not read or write the object */
  async #requireAccess(
    job: JobRecord,
    action: 's3:GetObject' | 's3:PutObject',
    bucket: string,
    key: string,
  ): Promise<void> {
    const denial = await this.#options.findDenial(job, { action, resource: `arn:${PARTITION}:s3:::${bucket}/${key}` });
    if (denial === undefined) return;
    const error = action === 's3:GetObject' ? 'inputDenied' : 'outputDenied';
    throw new JobFailedError(denial.action === action ? error : 'roleNotTrusted', `[s3://${bucket}/${key}]: ${denial.message}`);
  }

  #fail(job: JobRecord, error: unknown): void {
    const failure = toJobFailedError(error);
    job.error = { code: failure.code, message: failure.message };
    this.#options.ledger.end(job, 'ERROR', { errorCode: failure.code, errorMessage: failure.message });
  }
}

const STOPPED = { time_limit: 'timeLimit', killed: 'unknown', disk_full: 'notWritten' } as const;

function toJobFailedError(error: unknown): JobFailedError {
  if (error instanceof JobFailedError) return error;
  const name = error instanceof ToolStoppedError ? STOPPED[error.reason] : 'unknown';
  return new JobFailedError(name, String(error), { cause: error });
}

function requireMedia({ path, container }: SourceFile): LocalMedia {
  if (container === undefined) throw new JobFailedError('unreadableInput', 'it is not a container of audio and video');
  return { path, demuxer: container.demuxer };
}
