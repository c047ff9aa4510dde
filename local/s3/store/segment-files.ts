import { randomBytes } from 'node:crypto';
import { createReadStream, linkSync, mkdirSync } from 'node:fs';
import { copyFile, link, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readBuffers } from '../../cloud/read-buffers.ts';
import { BodyDigests, type Digests } from './body-digests.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import { type Database, readText } from './database.ts';
import { type ThreadBody, WriterThreads } from './writer-threads.ts';

/** Part of an object: a range of a file, which never changes once written. */
export interface FileSegment {
  /** Name of the file; random, so that keys never reach the file system. */
  readonly id: string;
  readonly offset: number;
  readonly size: number;
}

/** Size up to which a body is held in memory and written at once, in bytes; a thread writes larger ones. */
const MAX_HELD_BYTES = 256 * 1024;
const READ_BYTES = 256 * 1024;

/**
 * Files with the bytes of objects. A file is loose until the transaction that commits its object adopts it, and again once
 * its object is removed. Files that are loose when the store opens are orphaned and removed.
 */
export class SegmentFiles {
  readonly #dir: string;
  readonly #database: Database;
  readonly #writers = new WriterThreads();
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

  /** Starts the thread that writes, so that the first large upload neither waits for it nor adds its memory. */
  start(): void {
    this.#writers.start();
  }

  /** Ends the threads that write; bodies that are being written fail. */
  async close(): Promise<void> {
    await this.#writers.close();
  }

  /** Removes files orphaned by a crash. */
  async sweep(): Promise<void> {
    for (const row of this.#database.all('SELECT id FROM loose_segments')) await this.#remove(readText(row, 'id'));
  }

  /**
   * Streams a body into a new loose file, with at most 1 MiB in memory.
   *
   * @returns the segment, undefined for an empty body, and the digests
   */
  async write(
    body: AsyncIterable<Buffer>,
    algorithms: readonly ChecksumAlgorithm[],
  ): Promise<{ segment: FileSegment | undefined; digests: Digests }> {
    const id = this.#newId();
    try {
      const { sizeBytes, digests } = await this.#fill(this.#path(id), body, algorithms);
      if (sizeBytes > 0) return { segment: { id, offset: 0, size: sizeBytes }, digests };
      await this.#remove(id);
      return { segment: undefined, digests };
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
    const slices = slice(segments, start, end);
    const stopReading = this.#startReading(slices);
    const pathOf = (id: string): string => this.#path(id);
    async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
      for (const { id, from, to } of slices) {
        yield* createReadStream(pathOf(id), { start: from, end: to, highWaterMark: READ_BYTES });
      }
    }
    const stream = Readable.from(bytes(), { objectMode: false, highWaterMark: READ_BYTES });
    stream.once('close', stopReading);
    return stream;
  }

  /**
   * Reads bytes `start` to `end`, both included, of the concatenated segments into a buffer of a pool: each chunk is valid
   * until the next one is requested. Their files are kept from the first chunk to the last, even if the object is removed.
   */
  async *readChunks(segments: readonly FileSegment[], start: number, end: number): AsyncGenerator<Buffer, void> {
    const slices = slice(segments, start, end);
    const stopReading = this.#startReading(slices);
    try {
      const buffer = readBuffers.take();
      for (const { id, from, to } of slices) {
        await using file = await open(this.#path(id));
        for (let position = from; position <= to; ) {
          const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to + 1 - position), position);
          if (bytesRead === 0) throw new Error('The file of an object is shorter than the object.');
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      }
      // Not returned to the pool if the reader left early: the buffer may still be in use.
      readBuffers.give(buffer);
    } finally {
      stopReading();
    }
  }

  /**
   * Hard-links an object's file outside the store. The link stays readable if the object is removed.
   *
   * @returns false if the object is not exactly one file from its start, is gone, or cannot be linked there
   */
  async linkOutside(segments: readonly FileSegment[], target: string): Promise<boolean> {
    const [segment] = segments;
    if (segment === undefined || segments.length > 1 || segment.offset > 0) return false;
    return link(this.#path(segment.id), target).then(
      () => true,
      () => false,
    );
  }

  async #fill(
    file: string,
    body: AsyncIterable<Buffer>,
    algorithms: readonly ChecksumAlgorithm[],
  ): Promise<{ sizeBytes: number; digests: Digests }> {
    const held: Buffer[] = [];
    let sizeBytes = 0;
    let writing: ThreadBody | undefined;
    try {
      for await (const chunk of body) {
        held.push(chunk);
        sizeBytes += chunk.length;
        if (sizeBytes <= MAX_HELD_BYTES) continue;
        writing ??= await this.#writers.open(file, algorithms);
        for (const bytes of held.splice(0)) await writing.add(bytes);
      }
      const digests = writing === undefined ? await writeHeld(file, held, algorithms) : await writing.finish();
      return { sizeBytes, digests };
    } catch (error) {
      await writing?.abort();
      throw error;
    }
  }

  /** Protects files from removal. @returns a function that ends this */
  #startReading(slices: readonly FileSlice[]): () => void {
    for (const { id } of slices) this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1);
    return () => {
      for (const { id } of slices) this.#stopReading(id);
    };
  }

  #stopReading(id: string): void {
    const remaining = (this.#readers.get(id) ?? 1) - 1;
    if (remaining > 0) {
      this.#readers.set(id, remaining);
      return;
    }
    this.#readers.delete(id);
    // On failure, for example if the store has been closed, the next sweep removes the file.
    if (this.#pendingRemovals.delete(id)) this.#remove(id).catch(() => undefined);
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

/** Bytes `from` to `to`, both included, of a file. */
interface FileSlice {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Returns where bytes `start` to `end`, both included, of the concatenated segments are stored. */
function slice(segments: readonly FileSegment[], start: number, end: number): FileSlice[] {
  const slices: FileSlice[] = [];
  let position = 0;
  for (const { id, offset, size } of segments) {
    const first = Math.max(start - position, 0);
    const last = Math.min(end - position, size - 1);
    if (first <= last) slices.push({ id, from: offset + first, to: offset + last });
    position += size;
    if (position > end) break;
  }
  return slices;
}

async function writeHeld(
  file: string,
  held: readonly Buffer[],
  algorithms: readonly ChecksumAlgorithm[],
): Promise<Digests> {
  const digests = new BodyDigests(algorithms);
  for (const chunk of held) digests.update(chunk);
  await writeFile(file, held, { flag: 'wx', mode: 0o600 });
  return digests.finish();
}
