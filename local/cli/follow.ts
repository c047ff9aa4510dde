import { setTimeout as pause } from 'node:timers/promises';
import type { UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { ENDED_STATUSES, type RevisionStatus } from '../../catalog/schema/revision-status.ts';
import type { Terminal } from './terminal.ts';

export interface FollowOptions {
  readonly terminal: Terminal;
  /** Every upload that has not ended, and those that have since the last call. */
  readonly read: () => Promise<readonly UploadProgress[]>;
  /** A signed URL for a video that is ready. */
  readonly playbackUrl: (videoId: string) => Promise<string>;
  /** Told once of each upload that ends. */
  readonly onEnd: (upload: UploadProgress) => void;
}

/** How long what happens is gathered: many uploads at once must not be held up by looking after each of their steps. */
const GATHERING_MS = 100;

/** What every video goes through on its way to `ready`. */
const WAY: readonly RevisionStatus[] = ['uploading', 'uploaded', 'transcoding', 'processing'];

/** Prints what happens to each upload, a line for every change, also for those that came and went between two looks. */
export class Follower {
  readonly #options: FollowOptions;
  readonly #known = new Map<string, UploadProgress>();
  readonly #encodedPercent = new Map<string, number>();
  #running: Promise<void> | undefined;
  #again = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Something has happened: looks soon, and never twice at the same time. Rejects if the catalog cannot be read. */
  refresh(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#lookUntilQuiet().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** The encoder has come this far with a revision. */
  reportEncodeProgress(revisionId: string, percent: number): void {
    const upload = this.#known.get(revisionId);
    if (upload === undefined || upload.status !== 'transcoding') return;
    const before = this.#encodedPercent.get(revisionId) ?? 0;
    this.#encodedPercent.set(revisionId, percent);
    this.#options.terminal.progress(`${upload.key}  encoding ${Math.floor(percent)} %`);
    if (Math.floor(percent / 25) > Math.floor(before / 25)) this.#say(upload, `encoding ${Math.floor(percent)} %`);
  }

  async #lookUntilQuiet(): Promise<void> {
    do {
      await pause(GATHERING_MS);
      this.#again = false;
      for (const upload of await this.#options.read()) await this.#compare(upload);
    } while (this.#again);
  }

  async #compare(upload: UploadProgress): Promise<void> {
    const before = this.#known.get(upload.revisionId);
    this.#known.set(upload.revisionId, upload);
    const [first, ...further] = passed(before?.status, upload.status);
    if (first !== undefined) this.#say(upload, before === undefined ? `${first} as video ${upload.videoId}` : first);
    for (const status of further) this.#say(upload, status);
    for (const step of upload.stepsDone) if (!before?.stepsDone.includes(step)) this.#say(upload, `${step} done`);
    if (before?.status === upload.status || !ENDED_STATUSES.has(upload.status)) return;
    this.#options.terminal.progress('');
    const seconds = (((upload.endedAt ?? new Date()).getTime() - upload.createdAt.getTime()) / 1000).toFixed(1);
    if (upload.status === 'ready') {
      this.#say(upload, `ready after ${seconds} s`);
      this.#options.terminal.line(`  ${await this.#options.playbackUrl(upload.videoId)}`);
    } else {
      const reason = upload.status === 'superseded' ? 'a newer upload has taken its place' : upload.message;
      this.#say(upload, [upload.status, upload.code, reason].filter((part) => part !== null).join(': '));
    }
    this.#options.onEnd(upload);
  }

  #say(upload: UploadProgress, what: string): void {
    this.#options.terminal.line(`${upload.key}  ${what}`);
  }
}

/** The statuses after `before` up to `now`; none of the ends. */
function passed(before: RevisionStatus | undefined, now: RevisionStatus): readonly RevisionStatus[] {
  if (before === now) return [];
  const earliest = now === 'uploading' ? 0 : 1;
  const from = before === undefined ? earliest : Math.max(earliest, WAY.indexOf(before) + 1);
  return WAY.slice(from, now === 'ready' ? WAY.length : WAY.indexOf(now) + 1);
}
