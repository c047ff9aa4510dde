import type { UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import { escapeControls, padToColumns, widestOf } from './columns.ts';
import { describeWarning } from './describe-warning.ts';
import { formatDuration } from './format-duration.ts';
import type { UploadableFile } from './upload.ts';

/** Progress of a file on its way into the source bucket. */
type Sending =
  | { readonly state: 'pending'; readonly percent: number }
  | { readonly state: 'uploaded'; readonly versionId: string }
  | { readonly state: 'failed'; readonly message: string };

const ERRORS_PAGE = 'docs/errors.md';

/** The files of a command line, from their upload to how they end. */
export class RequestedFiles {
  readonly #files: readonly UploadableFile[];
  readonly #sending = new Map<string, Sending>();
  /** By key and version, since a key may have uploads that this command line did not ask for. */
  readonly #ended = new Map<string, { readonly upload: UploadProgress; readonly durationMs: number | undefined }>();

  /** @param files with different keys */
  constructor(files: readonly UploadableFile[]) {
    this.#files = files;
  }

  reportSent(key: string, percent: number): void {
    this.#sending.set(key, { state: 'pending', percent });
  }

  reportUploaded(key: string, versionId: string): void {
    this.#sending.set(key, { state: 'uploaded', versionId });
  }

  reportFailedUpload(key: string, message: string): void {
    this.#sending.set(key, { state: 'failed', message });
  }

  /**
   * Records how an upload ended, which may be one of another program, and may happen before this one's upload returns.
   *
   * @param durationMs duration of a video that is ready
   */
  reportEnd(upload: UploadProgress, durationMs?: number): void {
    if (!ENDED_STATUSES.has(upload.status) || !this.#files.some(({ key }) => key === upload.key)) return;
    this.#ended.set(`${upload.key} ${upload.versionId}`, { upload, durationMs });
  }

  /** Whether every file has ended, or could not be uploaded. */
  get areFinished(): boolean {
    return this.#files.every(({ key }) => this.#sendingOf(key).state === 'failed' || this.#endOf(key) !== undefined);
  }

  get areReady(): boolean {
    return this.#files.every(({ key }) => this.#endOf(key)?.upload.status === 'ready');
  }

  /**
   * Returns a line for each file, with its outcome, the time it took and where to look, and its warnings below; then a line
   * about all files.
   *
   * @param pageOf returns the address of a video's page
   */
  summarize(pageOf: (videoId: string) => string): readonly string[] {
    const rows = this.#files.map(({ key }) => [escapeControls(key), ...this.#describe(key, pageOf)]);
    const widths = [0, 1, 2].map((column) => widestOf(rows.map((row) => row[column] ?? '')));
    const lines = rows.flatMap((row, index) => [
      row.map((cell, column) => padToColumns(cell, widths[column] ?? 0)).join('  ').trimEnd(),
      ...this.#describeWarnings(this.#files[index]?.key ?? ''),
    ]);
    const ready = this.#files.filter(({ key }) => this.#endOf(key)?.upload.status === 'ready').length;
    const total = this.#files.length;
    const verb = ready === 1 ? 'is' : 'are';
    return [...lines, total === 1 ? '' : `${ready} of ${total} files ${verb} ready.`].filter((line) => line !== '');
  }

  /**
   * Returns lines about what an interruption left undone.
   *
   * @param unfinished uploads that the chain works on
   * @param writeCommand returns the command line that uploads files, by path or as an option
   */
  describeInterruption(
    unfinished: readonly { readonly key: string; readonly state: string }[],
    writeCommand: (files: readonly string[]) => string,
  ): readonly string[] {
    const pending = this.#files.filter(({ key }) => this.#sendingOf(key).state !== 'uploaded');
    const known = new Map(unfinished.map(({ key, state }) => [key, state]));
    for (const { key } of this.#files) {
      const isUnread = this.#sendingOf(key).state === 'uploaded' && this.#endOf(key) === undefined && !known.has(key);
      if (isUnread) known.set(key, 'uploaded');
    }
    const lines: string[] = [];
    if (pending.length > 0) {
      const names = pending.map(({ key }) => `${escapeControls(key)} (${this.#describeSending(key)})`).join(', ');
      lines.push(`Not uploaded: ${names}`, `To upload again: ${writeCommand(pending.map(({ path, argument = path }) => argument))}`);
    }
    if (known.size > 0) {
      const names = [...known].map(([key, state]) => `${escapeControls(key)} (${state})`).join(', ');
      lines.push(`Still in progress; the next start continues from there: ${names}`);
    }
    return lines;
  }

  #sendingOf(key: string): Sending {
    return this.#sending.get(key) ?? { state: 'pending', percent: 0 };
  }

  #endOf(key: string) {
    const sending = this.#sendingOf(key);
    return sending.state === 'uploaded' ? this.#ended.get(`${key} ${sending.versionId}`) : undefined;
  }

  #describeSending(key: string): string {
    const sending = this.#sendingOf(key);
    if (sending.state === 'failed') return sending.message;
    return sending.state === 'pending' && sending.percent > 0 ? `${sending.percent}% sent` : 'not started';
  }

  /** Returns a line for each warning about a ready file, and where to look. */
  #describeWarnings(key: string): readonly string[] {
    const { status, warnings = [] } = this.#endOf(key)?.upload ?? {};
    if (status !== 'ready') return [];
    return warnings.map((warning) => `  warning: ${describeWarning(warning)} ${ERRORS_PAGE}#${warning.code}`);
  }

  /** Returns how a file ended, after which time, and where to look. */
  #describe(key: string, pageOf: (videoId: string) => string): readonly [string, string, string] {
    const sending = this.#sendingOf(key);
    if (sending.state === 'failed') return [`not uploaded: ${sending.message}`, '', ''];
    const end = this.#endOf(key);
    if (end === undefined) return ['not finished', '', ''];
    const { status, code, videoId, createdAt, endedAt } = end.upload;
    const seconds = endedAt === null ? '' : `${((endedAt.getTime() - createdAt.getTime()) / 1000).toFixed(1)} s`;
    if (code !== null) return [`${status}: ${code}`, seconds, `${ERRORS_PAGE}#${code}`];
    const length = end.durationMs === undefined ? '' : `, ${formatDuration(end.durationMs)} long`;
    return [`${status}${length}`, seconds, status === 'deleted' ? '' : pageOf(videoId)];
  }
}
