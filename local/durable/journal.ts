import { existsSync, statSync, writeFileSync } from 'node:fs';
import { constants, mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { DamagedFileError, NewerFormatError } from './damaged-file-error.ts';

/** Excess of outdated over current bytes at which the file is rewritten. */
const SLACK_BYTES = 1024 * 1024;

/** First line of a journal: its format, raised when older versions of Sluice can no longer read it. */
const FORMAT = 1;
const HEADER = `sluice-journal ${FORMAT}\n`;

interface JournalOptions {
  /** Content that a deletion of the file loses, such as "the messages of this queue". @default its records */
  readonly holds?: string;
  /** Receives a message about a write that a crash interrupted, and that was removed. @default none */
  readonly onRepair?: (message: string) => void;
}

/** Change of an entry that is not yet written. */
interface Change<Value> {
  /** Written value before the change; undefined if there was none. */
  before: Value | undefined;
}

/** Changes that are written together. */
interface Batch<Value> {
  readonly lines: string[];
  /** First change of each id. */
  readonly changes: Map<string, Change<Value>>;
  readonly done: Promise<void>;
}

/**
 * A durable map from ids to JSON values: each change is one line appended to a file, and the file is rewritten once it is
 * mostly outdated. `set` and `delete` resolve once the operating system has the change, so that it survives SIGKILL; they
 * do not wait for the disk, so that a power failure may lose the last changes. A change that cannot be written, as on a full
 * disk, rejects and is undone.
 *
 * Each line is the CRC-32 of its JSON, a space and the JSON. Earlier versions wrote neither checksums nor the header.
 */
export class Journal<Value> {
  readonly #path: string;
  readonly #entries: Map<string, Value>;
  /** Size of each entry's last line, in bytes. */
  readonly #sizes: Map<string, number>;
  #file: FileHandle;
  #lengthBytes: number;
  #liveBytes: number;
  /** Changes for the next write. */
  #next: Batch<Value> | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, { entries, sizes, lengthBytes }: Content<Value>) {
    this.#path = path;
    this.#file = file;
    this.#entries = entries;
    this.#sizes = sizes;
    this.#lengthBytes = lengthBytes;
    this.#liveBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /**
   * Opens a journal, or creates it.
   *
   * @throws DamagedFileError if the file is empty, or a complete line is not an entry whose value fits the schema;
   * NewerFormatError
   */
  static async open<Value>(
    path: string,
    schema: z.ZodType<Value>,
    { holds = 'its records', onRepair }: JournalOptions = {},
  ): Promise<Journal<Value>> {
    await mkdir(dirname(path), { recursive: true });
    if (!existsSync(path)) await replaceFile(path, Buffer.from(HEADER)).then((created) => created.close());
    const file = await open(path, constants.O_RDWR);
    try {
      const text = await readFile(file, 'utf8');
      const content = parseContent(text, schema, (problem, cause) =>
        new DamagedFileError(path, problem, `or delete it, which loses ${holds}`, { cause }));
      if (content.format > FORMAT) throw new NewerFormatError(path, content.format, FORMAT);
      const lengthBytes = content.lengthBytes;
      const excessBytes = Buffer.byteLength(text) - lengthBytes;
      if (excessBytes > 0) {
        await file.truncate(lengthBytes);
        onRepair?.(`${path} ended in the middle of a record, as after a crash; its last ${excessBytes} bytes were removed`);
      }
      const journal = new Journal(path, file, content);
      if (content.format < FORMAT) await journal.#rewrite();
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Entries in the order in which their ids were first set. */
  get entries(): ReadonlyMap<string, Value> {
    return this.#entries;
  }

  set(id: string, value: Value): Promise<void> {
    const line = writeLine([id, value]);
    const before = this.#entries.get(id);
    this.#account(id, Buffer.byteLength(line));
    this.#entries.set(id, value);
    return this.#append(id, before, line);
  }

  delete(id: string): Promise<void> {
    const before = this.#entries.get(id);
    if (!this.#entries.delete(id)) return this.#next?.done ?? this.#last;
    this.#account(id, 0);
    return this.#append(id, before, writeLine([id]));
  }

  async close(): Promise<void> {
    await this.#next?.done.catch(() => undefined);
    await this.#last;
    await this.#file.close();
  }

  #account(id: string, size: number): void {
    this.#liveBytes += size - (this.#sizes.get(id) ?? 0);
    if (size === 0) this.#sizes.delete(id);
    else this.#sizes.set(id, size);
  }

  /** Combines the changes made during a write into the next one. */
  #append(id: string, before: Value | undefined, line: string): Promise<void> {
    if (this.#next === undefined) {
      const done = this.#last.then(() => this.#write());
      this.#next = { lines: [], changes: new Map(), done };
      this.#last = done.catch(() => undefined);
    }
    const { lines, changes, done } = this.#next;
    lines.push(line);
    if (!changes.has(id)) changes.set(id, { before });
    return done;
  }

  async #write(): Promise<void> {
    const batch = this.#next;
    this.#next = undefined;
    if (batch === undefined) return;
    const lines = Buffer.from(batch.lines.join(''));
    try {
      if (this.#lengthBytes + lines.length > 2 * this.#liveBytes + SLACK_BYTES) await this.#rewrite();
      else await this.#appendToFile(lines);
    } catch (error) {
      this.#undo(batch);
      throw error;
    }
  }

  async #appendToFile(lines: Buffer): Promise<void> {
    try {
      await writeAll(this.#file, lines, this.#lengthBytes);
    } catch (error) {
      // A partial line must not precede the next one.
      await this.#file.truncate(this.#lengthBytes).catch(() => undefined);
      throw error;
    }
    this.#lengthBytes += lines.length;
  }

  /** Restores the entries of a batch that was not written, except for those that have changed again since. */
  #undo({ changes }: Batch<Value>): void {
    for (const [id, { before }] of changes) {
      const later = this.#next?.changes.get(id);
      if (later !== undefined) {
        later.before = before;
        continue;
      }
      this.#account(id, before === undefined ? 0 : Buffer.byteLength(writeLine([id, before])));
      if (before === undefined) this.#entries.delete(id);
      else this.#entries.set(id, before);
    }
  }

  /** Replaces the file by one with the current entries only. */
  async #rewrite(): Promise<void> {
    const lines = Buffer.from(HEADER + Array.from(this.#entries, (entry) => writeLine(entry)).join(''));
    const file = await replaceFile(this.#path, lines);
    await this.#file.close();
    this.#file = file;
    this.#lengthBytes = lines.length;
  }
}

/** Writes the header of an empty file, as versions without headers left it. */
export function startEmptyJournal(path: string): void {
  if (statSync(path).size === 0) writeFileSync(path, HEADER);
}

function writeLine(entry: readonly [id: string, value?: unknown]): string {
  const json = JSON.stringify(entry);
  return `${checksumOf(json)} ${json}\n`;
}

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

/** Content of a file, without an incomplete last line. */
interface Content<Value> {
  /** 0 for a file of an earlier version, without a header. */
  readonly format: number;
  readonly entries: Map<string, Value>;
  readonly sizes: Map<string, number>;
  readonly lengthBytes: number;
}

/** @param damage makes the error of a damaged file */
function parseContent<Value>(
  text: string,
  schema: z.ZodType<Value>,
  damage: (problem: string, cause?: unknown) => Error,
): Content<Value> {
  if (text === '') throw damage('it is empty');
  // An incomplete line is a write that a crash interrupted, and that was never acknowledged.
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = complete.split('\n').slice(0, -1);
  const [first = ''] = lines;
  const format = first.startsWith('["') || lines.length === 0 ? 0 : Number(/^sluice-journal (\d+)$/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(format) || (format === 0 && !text.startsWith('["'))) throw damage('its first line is not that of a journal');
  const entries = new Map<string, Value>();
  const sizes = new Map<string, number>();
  const content = { format, entries, sizes, lengthBytes: Buffer.byteLength(complete) };
  if (format > FORMAT) return content;
  const entrySchema = z.union([z.tuple([z.string(), schema]), z.tuple([z.string()])]);
  for (const [index, line] of lines.entries()) {
    if (index === 0 && format > 0) continue;
    try {
      const [id, value] = entrySchema.parse(JSON.parse(format === 0 ? line : readChecked(line)));
      // The order of first appearance is that of the entries.
      if (value === undefined) entries.delete(id);
      else entries.set(id, value);
      if (value === undefined) sizes.delete(id);
      else sizes.set(id, Buffer.byteLength(line) + 1);
    } catch (cause) {
      throw damage(`line ${index + 1} is not a record`, cause);
    }
  }
  return content;
}

/** Returns the JSON of a line. @throws Error if it does not match its checksum */
function readChecked(line: string): string {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksumOf(json)} `) throw new Error('The line does not match its checksum.');
  return json;
}

/** Replaces a file at once, or leaves it as it is. @returns the new file, open */
async function replaceFile(path: string, bytes: Buffer): Promise<FileHandle> {
  const unfinished = `${path}.new`;
  const file = await open(unfinished, 'w+', 0o600);
  try {
    await writeAll(file, bytes, 0);
    await rename(unfinished, path);
    return file;
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
