import { open, unlink, type FileHandle } from 'node:fs/promises';
import { readBuffers } from './read-buffers.ts';
import type { ByteRange } from '../http/byte-range.ts';
import type { Body } from './representation.ts';

/** Where a body comes from: in any parts and as often as wanted, or in one piece and once. */
export type BodySource =
  | { readonly kind: 'parts'; readonly fetch: (range: ByteRange) => Promise<Body> }
  | { readonly kind: 'whole'; readonly body: Body };

export interface BodyEvents {
  /** A block has come to disk. */
  readonly kept: (bytes: number) => void;
  /** The origin broke off, or has another version by now: this body will never be whole. */
  readonly broken: () => void;
}

const BLOCK_BYTES = 1024 * 1024;
/** Blocks that are fetched ahead of a viewer at a time. */
const RUN_BLOCKS = 8;

/** A body that can be read although it is dropped meanwhile. Either is to be called, and once is enough. */
export interface HeldBody {
  /** From disk as far as the bytes are there. Each piece holds until the next one is asked for. */
  read(range: ByteRange): AsyncGenerator<Buffer, void>;
  release(): void;
}

/**
 * A body kept on disk in blocks, of which only those are fetched that viewers ask for. Viewers who want the same block
 * at the same time share one fetch, and a viewer pulls no further ahead than one run of blocks.
 */
export class CachedBody {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #source: BodySource;
  readonly #kept: Uint8Array;
  readonly #pending = new Map<number, Promise<void>>();
  readonly #events: BodyEvents;
  #keptBytes = 0;
  #users = 0;
  #dropped = false;

  private constructor(path: string, file: FileHandle, sizeBytes: number, source: BodySource, events: BodyEvents) {
    this.#path = path;
    this.#file = file;
    this.sizeBytes = sizeBytes;
    this.#source = source;
    this.#events = events;
    this.#kept = new Uint8Array(Math.ceil(sizeBytes / BLOCK_BYTES));
  }

  static async create(path: string, sizeBytes: number, source: BodySource, events: BodyEvents): Promise<CachedBody> {
    return new CachedBody(path, await open(path, 'w+'), sizeBytes, source, events);
  }

  /** Takes what comes only once, whether a viewer stays for it or not. To be called when its events can be heard. */
  start(): void {
    if (this.#source.kind === 'whole') this.#startRun(0, this.#kept.length - 1);
  }

  /** Bytes on disk. */
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

  /** Takes the body off the disk; viewers who are reading it read on. */
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
        if (bytesRead === 0) throw new Error('A cached body is shorter than its size');
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      // One that a viewer left in the middle may still be on its way out; it goes to nobody else.
      readBuffers.give(buffer);
    } finally {
      release();
    }
  }

  async #ensure(block: number, lastWanted: number): Promise<void> {
    if (this.#kept[block] === 1) return;
    if (!this.#pending.has(block) && this.#source.kind === 'whole') throw new Error('The origin broke off');
    if (!this.#pending.has(block)) this.#startRun(block, Math.min(lastWanted, block + RUN_BLOCKS - 1));
    await this.#pending.get(block);
  }

  /** Fetches the blocks from the first one up to the next that is there or on its way. */
  #startRun(first: number, lastWanted: number): void {
    const run: { readonly block: number; readonly done: PromiseWithResolvers<void> }[] = [];
    for (let block = first; block <= lastWanted && this.#kept[block] === 0 && !this.#pending.has(block); block += 1) {
      const done = Promise.withResolvers<void>();
      // A viewer who left does not wait for it any more, and a failure is nobody's then.
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
      const stream =
        this.#source.kind === 'whole' ? this.#source.body : await this.#source.fetch({ start: position, end });
      for await (const chunk of stream) {
        const bytes: Buffer = chunk;
        await writeFully(this.#file, bytes, position);
        position += bytes.length;
        while (next < run.length && position >= Math.min(this.sizeBytes, (first + next + 1) * BLOCK_BYTES)) {
          this.#keep(first + next);
          run[next]?.done.resolve();
          next += 1;
        }
      }
      if (position !== end + 1) throw new Error('The origin sent another number of bytes than it announced');
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

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
