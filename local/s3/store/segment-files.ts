import { randomBytes } from 'node:crypto';
import { createReadStream, linkSync, mkdirSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type Database, readText } from './database.ts';

/** Part of an object: a range of a file, which never changes once written. */
export interface FileSegment {
  /** Name of the file; random, so that keys never reach the file system. */
  readonly id: string;
  readonly offset: number;
  readonly size: number;
}

const WRITE_BYTES = 256 * 1024;
const READ_BYTES = 256 * 1024;

/**
 * Files with the bytes of objects. A file is loose until the transaction that commits its object adopts it, and again once
 * its object is removed. Files that are loose when the store opens are orphaned and removed.
 */
export class SegmentFiles {
  readonly #dir: string;
  readonly #database: Database;
  /** Number of readers of each file; a removal waits for them. */
  readonly #readers = new Map<string, number>();
  readonly #pendingRemovals = new Set<string>();

  constructor(dir: string, database: Database) {
    this.#dir = dir;
    this.#database = database;
    for (let bucket = 0; bucket < 256; bucket += 1) {
      mkdirSync(path.join(dir, bucket.toString(16).padStart(2, '0')), { recursive: true, mode: 0o700 });
    }
  }

  /** Removes files orphaned by a crash. */
  async sweep(): Promise<void> {
    for (const row of this.#database.all('SELECT id FROM loose_segments')) await this.#remove(readText(row, 'id'));
  }

  /**
   * Streams a body into a new loose file, with at most two buffers of 256 KiB in memory.
   *
   * @param observe called with all bytes in order
   * @returns the segment, or undefined for an empty body
   */
  async write(body: AsyncIterable<Buffer>, observe: (bytes: Buffer) => void): Promise<FileSegment | undefined> {
    const id = this.#newId();
    try {
      const size = await this.#fill(id, body, observe);
      if (size > 0) return { id, offset: 0, size };
      await this.#remove(id);
      return undefined;
    } catch (error) {
      await this.#remove(id);
      throw error;
    }
  }

  /** Makes loose copies of files, by hard links if the file system supports them. */
  async link(segments: readonly FileSegment[]): Promise<FileSegment[]> {
    const linked: FileSegment[] = [];
    const names = new Map<string, string>();
    try {
      for (const segment of segments) {
        let id = names.get(segment.id);
        if (id === undefined) {
          id = this.#newId();
          names.set(segment.id, id);
          try {
            linkSync(this.#path(segment.id), this.#path(id));
          } catch {
            await copyFile(this.#path(segment.id), this.#path(id));
          }
        }
        linked.push({ ...segment, id });
      }
      return linked;
    } catch (error) {
      for (const id of names.values()) await this.#remove(id);
      throw error;
    }
  }

  /** Adopts files within the transaction that commits their object. */
  adopt(segments: readonly FileSegment[]): void {
    for (const { id } of segments) this.#database.run('DELETE FROM loose_segments WHERE id = ?', id);
  }

  /** Releases files within the transaction that removes their object. The caller calls `removeLoose` afterwards. */
  release(segments: readonly FileSegment[]): void {
    for (const { id } of segments) this.#database.run('INSERT OR IGNORE INTO loose_segments VALUES (?)', id);
  }

  /** Removes the files of released segments once they have no readers. */
  async removeLoose(segments: readonly FileSegment[]): Promise<void> {
    for (const id of new Set(segments.map((segment) => segment.id))) await this.#remove(id);
  }

  /**
   * Streams bytes `start` to `end`, both included, of the concatenated segments. Their files are kept until the stream is
   * closed, even if the object is removed.
   */
  read(segments: readonly FileSegment[], start: number, end: number): Readable {
    const slices: { id: string; from: number; to: number }[] = [];
    let position = 0;
    for (const { id, offset, size } of segments) {
      const first = Math.max(start - position, 0);
      const last = Math.min(end - position, size - 1);
      if (first <= last) slices.push({ id, from: offset + first, to: offset + last });
      position += size;
      if (position > end) break;
    }
    const ids = slices.map((slice) => slice.id);
    for (const id of ids) this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1);
    const pathOf = (id: string): string => this.#path(id);
    async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
      for (const { id, from, to } of slices) {
        yield* createReadStream(pathOf(id), { start: from, end: to, highWaterMark: READ_BYTES });
      }
    }
    const stream = Readable.from(bytes(), { objectMode: false, highWaterMark: READ_BYTES });
    stream.once('close', () => this.#stopReading(ids));
    return stream;
  }

  async #fill(id: string, body: AsyncIterable<Buffer>, observe: (bytes: Buffer) => void): Promise<number> {
    const file = await open(this.#path(id), 'wx', 0o600);
    let size = 0;
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    let writing: Promise<void> = Promise.resolve();
    const flush = async (): Promise<void> => {
      await writing;
      writing = writeFully(file, waiting);
      // Awaited at the next flush; until then a failure must not be reported as unhandled.
      writing.catch(() => undefined);
      waiting = [];
      waitingBytes = 0;
    };
    try {
      for await (const chunk of body) {
        observe(chunk);
        size += chunk.length;
        waiting.push(chunk);
        waitingBytes += chunk.length;
        if (waitingBytes >= WRITE_BYTES) await flush();
      }
      await flush();
      await writing;
      return size;
    } finally {
      await writing.catch(() => undefined);
      await file.close();
    }
  }

  #stopReading(ids: readonly string[]): void {
    for (const id of ids) {
      const remaining = (this.#readers.get(id) ?? 1) - 1;
      if (remaining > 0) {
        this.#readers.set(id, remaining);
        continue;
      }
      this.#readers.delete(id);
      // On failure, for example if the store has been closed, the next sweep removes the file.
      if (this.#pendingRemovals.delete(id)) this.#remove(id).catch(() => undefined);
    }
  }

  #newId(): string {
    const id = randomBytes(16).toString('hex');
    this.#database.run('INSERT INTO loose_segments VALUES (?)', id);
    return id;
  }

  async #remove(id: string): Promise<void> {
    if (this.#readers.has(id)) {
      this.#pendingRemovals.add(id);
      return;
    }
    await rm(this.#path(id), { force: true });
    this.#database.run('DELETE FROM loose_segments WHERE id = ?', id);
  }

  #path(id: string): string {
    return path.join(this.#dir, id.slice(0, 2), id);
  }
}

async function writeFully(file: Awaited<ReturnType<typeof open>>, buffers: Buffer[]): Promise<void> {
  let remaining = buffers;
  while (remaining.length > 0) {
    const { bytesWritten } = await file.writev(remaining);
    let skip = bytesWritten;
    remaining = remaining.flatMap((buffer) => {
      const kept = buffer.subarray(Math.min(skip, buffer.length));
      skip -= Math.min(skip, buffer.length);
      return kept.length > 0 ? [kept] : [];
    });
  }
}
