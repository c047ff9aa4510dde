import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilterSupport } from '../../media/stills/rec709-filters.ts';
import { encodeJob } from './encode-job.ts';
import type { LocalMedia } from './ffprobe.ts';
import { buildInputInformationDetail, type JobPhase, buildStatusUpdateDetail } from './job-events.ts';
import { JobFailedError } from './job-failed-error.ts';
import type { JobLedger } from './job-ledger.ts';
import { hasJobEnded, type JobRecord } from './job-record.ts';
import { jobSettingsSchema } from './job-settings.ts';
import { detectFilterSupport, type MediaTools } from './media-tools.ts';
import { type EncoderStore, parseS3Uri } from './encoder-store.ts';
import type { SourceFile, SourceFiles } from './source-files.ts';
import { writeOutputFile } from './output-file.ts';

interface JobRunnerOptions {
  readonly tools: MediaTools;
  readonly store: EncoderStore;
  readonly sources: SourceFiles;
  readonly ledger: JobLedger;
  /** Parent of one directory per running job. */
  readonly directory: string;
  readonly now: () => number;
  readonly onProgress: (job: JobRecord, phase: JobPhase, percent: number) => void;
}

/** Percentages of the whole job; encoding takes nearly all of the time. */
const PROBED_PERCENT = 2;
const ENCODED_PERCENT = 97;

type Encoded = NonNullable<JobRecord['encoded']>;

/** Runs jobs from submission to their end. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  #support: Promise<FilterSupport> | undefined;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Runs a job and never rejects: any error ends the job in `ERROR`. Aborting `signal` leaves the job unchanged. */
  async run(job: JobRecord, signal: AbortSignal): Promise<void> {
    const { ledger, now } = this.#options;
    const directory = join(this.#options.directory, job.id);
    try {
      if (job.status === 'SUBMITTED') {
        job.status = 'PROGRESSING';
        job.startedAt = now();
        await ledger.record(job, 'PROGRESSING', {});
      }
      const encoded = job.encoded ?? (await this.#encode(job, directory, signal));
      await this.#upload(job, encoded, directory, signal);
      await ledger.end(job, 'COMPLETE', {
        warnings: job.warnings,
        outputGroupDetails: encoded.outputGroupDetails,
        paddingInserted: 0,
        blackVideoDetected: 0,
      });
    } catch (error) {
      if (!signal.aborted) await this.#fail(job, error);
    } finally {
      if (hasJobEnded(job)) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #encode(job: JobRecord, directory: string, signal: AbortSignal): Promise<Encoded> {
    const { sources, tools, ledger, onProgress } = this.#options;
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    onProgress(job, 'PROBING', 0);
    const settings = jobSettingsSchema.parse(job.settings);
    const uri = settings.inputs[0]?.fileInput ?? '';
    const { bucket, key } = parseS3Uri(uri);
    const source = await sources.take(bucket, key);
    if (source === undefined) throw new JobFailedError('inputNotFound', uri);
    try {
      const media = requireMedia(source);
      const probed = await source.probe();
      signal.throwIfAborted();
      if (probed === undefined) throw new JobFailedError('unreadableInput', uri);
      await ledger.record(job, 'INPUT_INFORMATION', buildInputInformationDetail(uri, probed));
      onProgress(job, 'TRANSCODING', PROBED_PERCENT);
      this.#support ??= detectFilterSupport(tools);
      const support = await this.#support;
      const encoded = await encodeJob({
        settings,
        media,
        probed,
        directory,
        tools,
        support,
        signal,
        onProgress: this.#reporter(job),
      });
      signal.throwIfAborted();
      // From here on a restart does not encode again.
      job.encoded = encoded;
      await ledger.save(job);
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
      await writeOutputFile(upload, directory, this.#options.store);
    }
  }

  async #fail(job: JobRecord, error: unknown): Promise<void> {
    const failure =
      error instanceof JobFailedError ? error : new JobFailedError('unknown', String(error), { cause: error });
    job.error = { code: failure.code, message: failure.message };
    await this.#options.ledger.end(job, 'ERROR', { errorCode: failure.code, errorMessage: failure.message });
  }
}

function requireMedia({ path, container }: SourceFile): LocalMedia {
  if (container === undefined) throw new JobFailedError('unreadableInput', 'it is not a container of audio and video');
  return { path, demuxer: container.demuxer };
}
