import { type FileHandle, open, unlink } from 'node:fs/promises';
import { readBuffers } from '../cloud/read-buffers.ts';
import type { Body } from './representation.ts';

/** Reader of a body. It calls either function once. */
export interface HeldStream {
  /** Reads the body as it arrives. Each chunk is valid until the next one is requested. */
  read(): AsyncGenerator<Buffer, void>;
  release(): void;
}

/**
 * Body of unknown length that is written to a file as the origin sends it, whether or not a viewer stays, and is read at the same
 * time. A body that breaks off is broken for its readers too.
 */
export class GrowingBody {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #body: Body;
  #sizeBytes = 0;
  #state: 'growing' | 'complete' | 'broken' = 'growing';
  #grown = Promise.withResolvers<void>();
  #users = 1;

  private constructor(path: string, file: FileHandle, body: Body) {
    this.path = path;
    this.#file = file;
    this.#body = body;
  }

  static async create(path: string, body: Body): Promise<GrowingBody> {
    return new GrowingBody(path, await open(path, 'w+'), body);
  }

  /** Length so far, bytes. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * Writes the body to the file. The caller owns the file of a complete body.
   *
   * @returns whether the body is complete
   */
  async collect(): Promise<boolean> {
    try {
      for await (const chunk of this.#body) {
        const bytes: Buffer = chunk;
        for (let written = 0; written < bytes.length;) {
          const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#sizeBytes);
          written += bytesWritten;
          this.#sizeBytes += bytesWritten;
        }
        this.#wakeReaders();
      }
      this.#state = 'complete';
    } catch {
      this.#state = 'broken';
      await unlink(this.path).catch(() => undefined);
    }
    this.#wakeReaders();
    this.#leave();
    return this.#state === 'complete';
  }

  /** Registers a reader, before `collect`. */
  hold(): HeldStream {
    this.#users += 1;
    let held = true;
    const release = (): void => {
      if (held) this.#leave();
      held = false;
    };
    return { read: () => this.#read(release), release };
  }

  async *#read(release: () => void): AsyncGenerator<Buffer, void> {
    try {
      const buffer = readBuffers.take();
      for (let position = 0; ;) {
        const { promise: grown } = this.#grown;
        const state = this.#state;
        if (position < this.#sizeBytes) {
          const { bytesRead } = await this.#file.read(buffer, 0, Math.min(buffer.length, this.#sizeBytes - position), position);
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        } else if (state === 'broken') throw new Error('The origin closed the connection early.');
        else if (state === 'complete') break;
        else await grown;
      }
      readBuffers.give(buffer);
    } finally {
      release();
    }
  }

  #wakeReaders(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers<void>();
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#file.close().catch(() => undefined);
  }
}
