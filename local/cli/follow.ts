import { setTimeout as pause } from 'node:timers/promises';
import type { UploadProgress } from '../../catalog/revisions/list-progress.ts';
import type { JustInTimeFacts } from '../../catalog/schema/just-in-time-facts.ts';
import type { FailedAttempt } from '../../catalog/schema/failed-attempt.ts';
import { ENDED_STATUSES, type RevisionStatus } from '../../catalog/schema/revision-status.ts';
import { escapeControls } from './columns.ts';
import { describeWarning } from './describe-warning.ts';
import type { Terminal } from './terminal.ts';

interface FollowOptions {
  readonly terminal: Pick<Terminal, 'line' | 'progress'>;
  /** Reads all uploads in progress, and at least those that have ended since the last call. */
  readonly read: () => Promise<readonly UploadProgress[]>;
  /** Called once for each upload that plays before its encode, after its line. */
  readonly onPlayable: (upload: UploadProgress) => Promise<void> | void;
  /** Called once for each upload that ends, after its line. */
  readonly onEnd: (upload: UploadProgress) => Promise<void> | void;
  /** Called when the catalog cannot be read, once until it can be read again. */
  readonly onError: (error: unknown) => void;
}

/** Interval that combines many changes into one read, so that reading does not slow down parallel uploads. */
const BATCH_MS = 100;

/** Time after which a failed read is repeated. */
const RETRY_MS = 1000;

/** Statuses of every upload before `ready`. */
const STATUSES_BEFORE_READY: readonly RevisionStatus[] = ['uploading', 'uploaded', 'transcoding', 'processing'];

/** Statuses of an upload that the chain works on. */
const PROCESSED_STATUSES = STATUSES_BEFORE_READY.slice(1);

/** Prints a line for every change of an upload, including statuses that passed between two reads. */
export class Follower {
  readonly #options: FollowOptions;
  readonly #known = new Map<string, UploadProgress>();
  readonly #encodedPercent = new Map<string, number>();
  /** Warnings printed for each revision; a retry usually has the same ones. */
  readonly #printedWarnings = new Map<string, ReadonlySet<string>>();
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  #hasFailed = false;
  #isClosed = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Reads the catalog soon and prints what has changed. Concurrent calls share one read; a failed one is repeated. */
  refresh(): Promise<void> {
    if (this.#refreshing !== undefined) {
      this.#isStale = true;
      return this.#refreshing;
    }
    if (this.#isClosed) return Promise.resolve();
    this.#refreshing = this.#refreshUntilCurrent()
      .catch((error: unknown) => this.#handleFailure(error))
      .finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Stops reading and printing. */
  close(): void {
    this.#isClosed = true;
  }

  /** Shows the encoding progress of a revision. */
  reportEncodeProgress(revisionId: string, percent: number): void {
    const upload = this.#known.get(revisionId);
    if (upload === undefined || upload.status !== 'transcoding' || this.#isClosed) return;
    const before = this.#encodedPercent.get(revisionId) ?? 0;
    this.#encodedPercent.set(revisionId, percent);
    this.#options.terminal.progress(escapeControls(upload.key), `encoding ${Math.floor(percent)}%`);
    if (Math.floor(percent / 25) > Math.floor(before / 25)) this.#print(upload, `encoding ${Math.floor(percent)}%`);
  }

  /** Returns the key and state of every upload that the chain works on. */
  listUnfinished(): readonly { readonly key: string; readonly state: string }[] {
    return [...this.#known.values()]
      .filter(({ status }) => PROCESSED_STATUSES.includes(status))
      .map(({ revisionId, key, status }) => {
        const percent = this.#encodedPercent.get(revisionId);
        return { key, state: status === 'transcoding' && percent ? `encoding ${Math.floor(percent)}%` : status };
      });
  }

  async #refreshUntilCurrent(): Promise<void> {
    do {
      await pause(BATCH_MS);
      this.#isStale = false;
      const uploads = await this.#options.read();
      this.#hasFailed = false;
      for (const upload of uploads) await this.#printChanges(upload);
      this.#forgetAllBut(uploads);
    } while (this.#isStale && !this.#isClosed);
  }

  #handleFailure(error: unknown): void {
    if (this.#isClosed) return;
    if (!this.#hasFailed) this.#options.onError(error);
    this.#hasFailed = true;
    setTimeout(() => void this.refresh(), RETRY_MS).unref();
  }

  /** Forgets uploads that are no longer read: they have ended, or their video was deleted. */
  #forgetAllBut(uploads: readonly UploadProgress[]): void {
    const read = new Set(uploads.map(({ revisionId }) => revisionId));
    for (const revisionId of this.#known.keys()) if (!read.has(revisionId)) this.#known.delete(revisionId);
    for (const revisionId of this.#printedWarnings.keys()) {
      if (!read.has(revisionId)) this.#printedWarnings.delete(revisionId);
    }
    for (const revisionId of this.#encodedPercent.keys()) {
      if (this.#known.get(revisionId)?.status !== 'transcoding') this.#encodedPercent.delete(revisionId);
    }
  }

  async #printChanges(upload: UploadProgress): Promise<void> {
    if (this.#isClosed) return;
    const before = this.#known.get(upload.revisionId);
    this.#known.set(upload.revisionId, upload);
    for (const [index, failure] of upload.failedAttempts.entries()) {
      if (index >= (before?.failedAttempts.length ?? 0)) this.#print(upload, describeFailedAttempt(index + 1, failure));
    }
    const passed = statusesSince(before?.status, upload.status);
    const [first, ...further] = passed.map((status) => (status === 'transcoding' ? describeTranscoding(upload) : status));
    if (first !== undefined) this.#print(upload, before === undefined ? `${first} as video ${upload.videoId}` : first);
    for (const status of further) this.#print(upload, status);
    if (before?.justInTime == null && upload.justInTime !== null && upload.status !== 'rejected') {
      this.#print(upload, describeJustInTime(upload.createdAt, upload.justInTime));
      if (upload.justInTime.level !== 'none') await this.#options.onPlayable(upload);
    }
    this.#printWarnings(upload);
    for (const step of upload.stepsDone) if (!before?.stepsDone.includes(step)) this.#print(upload, `${step} done`);
    if (before?.status === 'transcoding' && upload.status !== 'transcoding') this.#options.terminal.progress('');
    if (before?.status === upload.status || !ENDED_STATUSES.has(upload.status)) return;
    this.#print(upload, describeEnd(upload));
    await this.#options.onEnd(upload);
  }

  #printWarnings(upload: UploadProgress): void {
    const printed = new Set(this.#printedWarnings.get(upload.revisionId));
    for (const warning of upload.warnings.map(describeWarning)) {
      if (!printed.has(warning)) this.#print(upload, `warning: ${warning}`);
      printed.add(warning);
    }
    if (printed.size > 0) this.#printedWarnings.set(upload.revisionId, printed);
  }

  #print(upload: UploadProgress, change: string): void {
    this.#options.terminal.line(`${escapeControls(upload.key)}  ${change}`);
  }
}

function describeJustInTime(uploadedAt: Date, { level, reasons, recordedAt }: JustInTimeFacts): string {
  const why = reasons.map(({ message }) => message).join(' ');
  if (level === 'none') return `plays once it is encoded: ${why}`;
  const seconds = (Math.max(0, Date.parse(recordedAt) - uploadedAt.getTime()) / 1000).toFixed(1);
  return `playable as uploaded after ${seconds} s${level === 'page' ? `, only on its page until it is encoded: ${why}` : ''}`;
}

function describeFailedAttempt(number: number, { message, failedAt, nextAt }: FailedAttempt): string {
  const seconds = Math.round((Date.parse(nextAt) - Date.parse(failedAt)) / 1000);
  return `attempt ${number} failed, next one in ${seconds} s: ${message}`;
}

/** Describes an encode with the price that AWS would charge; the laptop's own encoder is free. */
function describeTranscoding({ priceTier, estimatedPriceUsd }: UploadProgress): string {
  if (priceTier === null || estimatedPriceUsd === null) return 'transcoding';
  const usd = Number(estimatedPriceUsd);
  return `transcoding, on AWS for ${usd.toFixed(usd < 1 ? 4 : 2)} USD (${priceTier} tier)`;
}

function describeEnd({ status, code, message, createdAt, endedAt }: UploadProgress): string {
  if (status === 'ready') {
    const seconds = (((endedAt ?? new Date()).getTime() - createdAt.getTime()) / 1000).toFixed(1);
    return `ready after ${seconds} s`;
  }
  const reason = status === 'superseded' ? 'replaced by a newer upload' : message;
  return [status, code, reason].filter((part) => part !== null).join(': ');
}

/** Returns the statuses after `before` up to `now`, without final ones. */
function statusesSince(before: RevisionStatus | undefined, now: RevisionStatus): readonly RevisionStatus[] {
  if (before === now) return [];
  const earliest = now === 'uploading' ? 0 : 1;
  const from = before === undefined ? earliest : Math.max(earliest, STATUSES_BEFORE_READY.indexOf(before) + 1);
  return STATUSES_BEFORE_READY.slice(from, now === 'ready' ? undefined : STATUSES_BEFORE_READY.indexOf(now) + 1);
}
