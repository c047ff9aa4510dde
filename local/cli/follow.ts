import { setTimeout as pause } from 'node:timers/promises';
import type { UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { ENDED_STATUSES, type RevisionStatus } from '../../catalog/schema/revision-status.ts';
import type { Terminal } from './terminal.ts';

interface FollowOptions {
  readonly terminal: Terminal;
  /** Reads all uploads in progress, and those that have ended since the last call. */
  readonly read: () => Promise<readonly UploadProgress[]>;
  /** Returns a signed URL of a ready video. */
  readonly playbackUrl: (videoId: string) => Promise<string>;
  /** Called once for each upload that ends. */
  readonly onEnd: (upload: UploadProgress) => void;
}

/** Interval that combines many changes into one read, so that reading does not slow down parallel uploads. */
const BATCH_MS = 100;

/** Statuses of every upload before `ready`. */
const STATUSES_BEFORE_READY: readonly RevisionStatus[] = ['uploading', 'uploaded', 'transcoding', 'processing'];

/** Prints a line for every change of an upload, including statuses that passed between two reads. */
export class Follower {
  readonly #options: FollowOptions;
  readonly #known = new Map<string, UploadProgress>();
  readonly #encodedPercent = new Map<string, number>();
  #refreshing: Promise<void> | undefined;
  #isStale = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /**
   * Reads the catalog soon and prints what has changed. Concurrent calls share one read.
   *
   * @throws Error if the catalog cannot be read
   */
  refresh(): Promise<void> {
    if (this.#refreshing !== undefined) {
      this.#isStale = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#refreshUntilCurrent().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Shows the encoding progress of a revision. */
  reportEncodeProgress(revisionId: string, percent: number): void {
    const upload = this.#known.get(revisionId);
    if (upload === undefined || upload.status !== 'transcoding') return;
    const before = this.#encodedPercent.get(revisionId) ?? 0;
    this.#encodedPercent.set(revisionId, percent);
    this.#options.terminal.progress(`${upload.key}  encoding ${Math.floor(percent)} %`);
    if (Math.floor(percent / 25) > Math.floor(before / 25)) this.#print(upload, `encoding ${Math.floor(percent)} %`);
  }

  async #refreshUntilCurrent(): Promise<void> {
    do {
      await pause(BATCH_MS);
      this.#isStale = false;
      for (const upload of await this.#options.read()) await this.#printChanges(upload);
    } while (this.#isStale);
  }

  async #printChanges(upload: UploadProgress): Promise<void> {
    const before = this.#known.get(upload.revisionId);
    this.#known.set(upload.revisionId, upload);
    const [first, ...further] = statusesSince(before?.status, upload.status);
    if (first !== undefined) this.#print(upload, before === undefined ? `${first} as video ${upload.videoId}` : first);
    for (const status of further) this.#print(upload, status);
    for (const step of upload.stepsDone) if (!before?.stepsDone.includes(step)) this.#print(upload, `${step} done`);
    if (before?.status === upload.status || !ENDED_STATUSES.has(upload.status)) return;
    this.#options.terminal.progress('');
    const seconds = (((upload.endedAt ?? new Date()).getTime() - upload.createdAt.getTime()) / 1000).toFixed(1);
    if (upload.status === 'ready') {
      this.#print(upload, `ready after ${seconds} s`);
      this.#options.terminal.line(`  ${await this.#options.playbackUrl(upload.videoId)}`);
    } else {
      const reason = upload.status === 'superseded' ? 'replaced by a newer upload' : upload.message;
      this.#print(upload, [upload.status, upload.code, reason].filter((part) => part !== null).join(': '));
    }
    this.#options.onEnd(upload);
  }

  #print(upload: UploadProgress, change: string): void {
    this.#options.terminal.line(`${upload.key}  ${change}`);
  }
}

/** Returns the statuses after `before` up to `now`, without final ones. */
function statusesSince(before: RevisionStatus | undefined, now: RevisionStatus): readonly RevisionStatus[] {
  if (before === now) return [];
  const earliest = now === 'uploading' ? 0 : 1;
  const from = before === undefined ? earliest : Math.max(earliest, STATUSES_BEFORE_READY.indexOf(before) + 1);
  return STATUSES_BEFORE_READY.slice(from, now === 'ready' ? undefined : STATUSES_BEFORE_READY.indexOf(now) + 1);
}
