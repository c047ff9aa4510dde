import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { readBuffers } from '../cloud/read-buffers.ts';
import type { ByteRange } from '../http/byte-range.ts';
import type { Body } from './representation.ts';

/** Source of a body: any ranges, as often as needed, one stream that is read once, or a file. */
export type BodySource =
  | {
      readonly kind: 'ranges';
      /** Opens a range, unless the origin no longer has the body. */
      readonly fetch: (range: ByteRange) => Promise<Body>;
      /** Hard-links the origin's file, so that ranges need no copy. @returns false if that is impossible */
      readonly link?: ((path: string) => Promise<boolean>) | undefined;
    }
  | { readonly kind: 'whole'; readonly body: Body }
  /** The whole body in a file, which is moved. */
  | { readonly kind: 'file'; readonly path: string };

interface BodyEvents {
  /** Called when a block has been written to disk. */
  readonly kept: (bytes: number) => void;
  /** Called when the body can no longer be completed: the origin failed, or has another version. */
  readonly broken: () => void;
}

const BLOCK_BYTES = 1024 * 1024;
/** Blocks fetched in one request ahead of a viewer. */
const MAX_RUN_BLOCKS = 8;

/** Body that stays readable even if it is dropped. The holder calls either method once. */
interface HeldBody {
  /** Reads a range, from disk where possible. Each chunk is valid until the next one is requested. */
  read(range: ByteRange): AsyncGenerator<Buffer, void>;
  release(): void;
}

/**
 * Body kept on disk in blocks, which are fetched when viewers request them. Viewers that need the same block at the same
 * time share one fetch, and a fetch runs at most one run of blocks ahead of its viewer.
 *
 * Blocks of a bucket on this machine are not copied: the file is the bucket's own. Each range is still requested from the
 * bucket, as by a distant edge, since the object may have been removed or replaced.
 */
export class CachedBody {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #source: BodySource;
  /** Whether the file is a hard link of the origin's. */
  readonly #isLinked: boolean;
  readonly #kept: Uint8Array;
  readonly #pending = new Map<number, Promise<void>>();
  readonly #events: BodyEvents;
  #keptBytes = 0;
  #users = 0;
  #dropped = false;

  private constructor(
    path: string,
    { file, isLinked }: BodyFile,
    sizeBytes: number,
    source: BodySource,
    events: BodyEvents,
  ) {
    this.#path = path;
    this.#file = file;
    this.#isLinked = isLinked;
    this.sizeBytes = sizeBytes;
    this.#source = source;
    this.#events = events;
    this.#kept = new Uint8Array(Math.ceil(sizeBytes / BLOCK_BYTES));
  }

  static async create(path: string, sizeBytes: number, source: BodySource, events: BodyEvents): Promise<CachedBody> {
    return new CachedBody(path, await openFile(path, source), sizeBytes, source, events);
  }

  /** Starts reading a source that can be read only once, whether or not a viewer stays. Call it once events can be handled. */
  start(): void {
    if (this.#source.kind === 'file') for (const block of this.#kept.keys()) this.#keep(block);
    if (this.#source.kind === 'whole') this.#startRun(0, this.#kept.length - 1);
  }

  /** Number of bytes on disk. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  hold(): HeldBody {
    this.#users += 1;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      this.#users -= 1;
      this.#closeIfUnused();
    };
    return { read: (range) => this.#read(range, release), release };
  }

  /** Deletes the body from disk; current readers can finish. */
  async drop(): Promise<void> {
    if (this.#dropped) return;
    this.#dropped = true;
    await unlink(this.#path).catch(() => undefined);
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#dropped && this.#users === 0 && this.#pending.size === 0) this.#file.close().catch(() => undefined);
  }

  async *#read({ start, end }: ByteRange, release: () => void): AsyncGenerator<Buffer, void> {
    const lastBlock = Math.floor(end / BLOCK_BYTES);
    try {
      const buffer = readBuffers.take();
      for (let position = start; position <= end;) {
        const block = Math.floor(position / BLOCK_BYTES);
        await this.#ensure(block, lastBlock);
        const length = Math.min(buffer.length, Math.min(end + 1, (block + 1) * BLOCK_BYTES) - position);
        const { bytesRead } = await this.#file.read(buffer, 0, length, position);
        if (bytesRead === 0) throw new Error('The file of a cached body is shorter than the body.');
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      // Not returned to the pool if the viewer left early: the socket may still be sending the buffer.
      readBuffers.give(buffer);
    } finally {
      release();
    }
  }

  async #ensure(block: number, lastWanted: number): Promise<void> {
    if (this.#kept[block] === 1) return;
    if (!this.#pending.has(block) && this.#source.kind !== 'ranges')
      throw new Error('The origin closed the connection early.');
    if (!this.#pending.has(block)) this.#startRun(block, Math.min(lastWanted, block + MAX_RUN_BLOCKS - 1));
    await this.#pending.get(block);
  }

  /** Fetches blocks from the first one up to the next that is on disk or being fetched. */
  #startRun(first: number, lastWanted: number): void {
    const run: { readonly block: number; readonly done: PromiseWithResolvers<void> }[] = [];
    for (let block = first; block <= lastWanted && this.#kept[block] === 0 && !this.#pending.has(block); block += 1) {
      const done = Promise.withResolvers<void>();
      // If the viewer has left, nothing awaits this promise.
      done.promise.catch(() => undefined);
      this.#pending.set(block, done.promise);
      run.push({ block, done });
    }
    void this.#fetchRun(first, run);
  }

  async #fetchRun(first: number, run: readonly { block: number; done: PromiseWithResolvers<void> }[]): Promise<void> {
    const last = first + run.length - 1;
    let position = first * BLOCK_BYTES;
    const end = Math.min(this.sizeBytes, (last + 1) * BLOCK_BYTES) - 1;
    try {
      let next = 0;
      const keepUntil = (reached: number): void => {
        position = reached;
        while (next < run.length && position >= Math.min(this.sizeBytes, (first + next + 1) * BLOCK_BYTES)) {
          this.#keep(first + next);
          run[next]?.done.resolve();
          next += 1;
        }
      };
      if (this.#source.kind === 'file') throw new Error('A body in a file has no origin.');
      const stream =
        this.#source.kind === 'whole' ? this.#source.body : await this.#source.fetch({ start: position, end });
      if (this.#isLinked) {
        await closeUnread(stream);
        keepUntil(end + 1);
        return;
      }
      for await (const chunk of stream) {
        const bytes: Buffer = chunk;
        await writeFully(this.#file, bytes, position);
        keepUntil(position + bytes.length);
      }
      if (position !== end + 1) throw new Error('The origin sent a different number of bytes than it declared.');
    } catch (error) {
      for (const { done } of run) done.reject(error);
      this.#events.broken();
    } finally {
      for (const { block } of run) this.#pending.delete(block);
      this.#closeIfUnused();
    }
  }

  #keep(block: number): void {
    const bytes = Math.min(this.sizeBytes, (block + 1) * BLOCK_BYTES) - block * BLOCK_BYTES;
    this.#kept[block] = 1;
    this.#keptBytes += bytes;
    this.#events.kept(bytes);
  }
}

interface BodyFile {
  readonly file: FileHandle;
  readonly isLinked: boolean;
}

async function openFile(path: string, source: BodySource): Promise<BodyFile> {
  if (source.kind === 'file') {
    await rename(source.path, path);
    return { file: await open(path, 'r'), isLinked: false };
  }
  if (source.kind === 'ranges' && (await source.link?.(path)) === true) return { file: await open(path, 'r'), isLinked: true };
  return { file: await open(path, 'w+'), isLinked: false };
}

async function closeUnread(body: Body): Promise<void> {
  if (body instanceof Readable) body.destroy();
  else await body.return();
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
