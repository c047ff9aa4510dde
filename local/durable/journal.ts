import { constants, mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Excess of outdated over current bytes at which the file is rewritten. */
const SLACK_BYTES = 1024 * 1024;

/**
 * A durable map from ids to JSON values: each change is one line appended to a file, and the file is rewritten once it is
 * mostly outdated. `set` and `delete` resolve once the operating system has the change, so that it survives SIGKILL; they
 * do not wait for the disk, so that a power failure may lose the last changes.
 */
export class Journal<Value> {
  readonly #path: string;
  readonly #entries: Map<string, Value>;
  /** Size of each entry's last line, in bytes. */
  readonly #sizes: Map<string, number>;
  #file: FileHandle;
  #lengthBytes: number;
  #liveBytes: number;
  #lines: string[] = [];
  /** Pending write of `#lines`. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    file: FileHandle,
    entries: Map<string, Value>,
    sizes: Map<string, number>,
    length: number,
  ) {
    this.#path = path;
    this.#file = file;
    this.#entries = entries;
    this.#sizes = sizes;
    this.#lengthBytes = length;
    this.#liveBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /**
   * Opens a journal, or creates it.
   *
   * @throws Error if a complete line of the file is not an entry, or its value does not fit the schema
   */
  static async open<Value>(path: string, schema: z.ZodType<Value>): Promise<Journal<Value>> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const content = await readFile(file, 'utf8');
      // An incomplete line is a write that a crash interrupted, and that was never acknowledged.
      const complete = content.slice(0, content.lastIndexOf('\n') + 1);
      const lengthBytes = Buffer.byteLength(complete);
      await file.truncate(lengthBytes);
      const entries = new Map<string, Value>();
      const sizes = new Map<string, number>();
      for (const line of complete.split('\n').slice(0, -1)) {
        const [id, value] = parseLine(line, schema, path);
        if (value === undefined) {
          entries.delete(id);
          sizes.delete(id);
        } else {
          entries.set(id, value);
          sizes.set(id, Buffer.byteLength(line) + 1);
        }
      }
      return new Journal(path, file, entries, sizes, lengthBytes);
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
    const line = `${JSON.stringify([id, value])}\n`;
    this.#account(id, Buffer.byteLength(line));
    this.#entries.set(id, value);
    return this.#append(line);
  }

  delete(id: string): Promise<void> {
    if (!this.#entries.delete(id)) return this.#next ?? this.#last;
    this.#account(id, 0);
    return this.#append(`${JSON.stringify([id])}\n`);
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    await this.#last;
    await this.#file.close();
  }

  #account(id: string, size: number): void {
    this.#liveBytes += size - (this.#sizes.get(id) ?? 0);
    if (size === 0) this.#sizes.delete(id);
    else this.#sizes.set(id, size);
  }

  /** Combines the changes made during a write into the next one. */
  #append(line: string): Promise<void> {
    this.#lines.push(line);
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => this.#write());
      this.#last = this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  async #write(): Promise<void> {
    const lines = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#next = undefined;
    if (this.#lengthBytes + lines.length > 2 * this.#liveBytes + SLACK_BYTES) return this.#rewrite();
    try {
      await writeAll(this.#file, lines, this.#lengthBytes);
    } catch (error) {
      // A partial line must not precede the next one.
      await this.#file.truncate(this.#lengthBytes).catch(() => undefined);
      throw error;
    }
    this.#lengthBytes += lines.length;
  }

  async #rewrite(): Promise<void> {
    const lines = Buffer.from(Array.from(this.#entries, (entry) => `${JSON.stringify(entry)}\n`).join(''));
    const unfinished = `${this.#path}.new`;
    const file = await open(unfinished, 'w', 0o600);
    try {
      await writeAll(file, lines, 0);
      await rename(unfinished, this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file.close();
    this.#file = file;
    this.#lengthBytes = lines.length;
  }
}

function parseLine<Value>(line: string, schema: z.ZodType<Value>, path: string): readonly [id: string, value?: Value] {
  try {
    return z.union([z.tuple([z.string(), schema]), z.tuple([z.string()])]).parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(
      `${path} is damaged: a line is not a journal entry. Restore the file or delete it, which loses its records.`,
      { cause },
    );
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
