import { createWriteStream, existsSync, mkdirSync, openSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

interface RotatingLogOptions {
  /** First text of each file. */
  readonly header?: string;
  /** Size at which a file is renamed. @default 10 MiB */
  readonly maxBytes?: number;
}

/** Time over which lines are collected into one write. */
const COLLECT_MS = 20;

/**
 * A log file, continued at each start. A full file is renamed to `<path>.old`, replacing an earlier one, so that a log
 * takes at most twice its limit. A full disk loses lines but never ends the cloud; a killed cloud loses the lines of the last
 * `COLLECT_MS`.
 */
export class RotatingLog {
  readonly #path: string;
  readonly #header: string;
  readonly #maxBytes: number;
  /** Streams that still write, the current one last. */
  readonly #open = new Set<WriteStream>();
  #stream: WriteStream;
  #bytes: number;

  constructor(path: string, { header = '', maxBytes = 10 * 1024 * 1024 }: RotatingLogOptions = {}) {
    this.#path = path;
    this.#header = header;
    this.#maxBytes = maxBytes;
    mkdirSync(dirname(path), { recursive: true });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#openStream();
    if (this.#bytes >= maxBytes) this.#rotate();
    else if (this.#bytes === 0) this.#append(header);
  }

  write(text: Buffer | string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#bytes > this.#header.length && this.#bytes + bytes > this.#maxBytes) this.#rotate();
    this.#append(text);
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    const streams = [...this.#open];
    for (const stream of streams) stream.end();
    await Promise.all(streams.map((stream) => finished(stream).catch(() => undefined)));
  }

  #append(text: Buffer | string): void {
    if (text.length === 0 || !this.#reopenIfBroken()) return;
    this.#bytes += Buffer.byteLength(text);
    this.#collect(this.#stream);
    this.#stream.write(text);
  }

  /** Buffers a stream's lines for a moment; ending the stream writes them at once. */
  #collect(stream: WriteStream): void {
    if (stream.writableCorked > 0) return;
    stream.cork();
    setTimeout(() => stream.uncork(), COLLECT_MS);
  }

  #rotate(): void {
    const full = this.#stream;
    try {
      if (existsSync(this.#path)) renameSync(this.#path, `${this.#path}.old`);
      this.#stream = this.#openStream();
    } catch {
      // The next write tries again; until then the file grows.
      return;
    }
    full.end();
    this.#bytes = 0;
    this.#append(this.#header);
  }

  /** Opens the file again after a failed write, as on a full disk. @returns whether the log can be written */
  #reopenIfBroken(): boolean {
    if (!this.#stream.destroyed) return true;
    try {
      this.#stream = this.#openStream();
      return true;
    } catch {
      return false;
    }
  }

  #openStream(): WriteStream {
    // Opened at once, since a file that is renamed first would leave its stream another one.
    const stream = createWriteStream(this.#path, { fd: openSync(this.#path, 'a', 0o600) });
    this.#open.add(stream);
    stream.once('close', () => this.#open.delete(stream)).on('error', () => undefined);
    return stream;
  }
}
