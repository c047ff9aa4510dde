import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createHash } from 'node:crypto';
import type { LocalMedia, ProbedFile } from './ffprobe.ts';
import type { EncoderStore, SourceObject } from './encoder-store.ts';
import type { ContainerFormat } from '../../media/sniffing/signatures.ts';
import { sniff, SNIFF_BYTES } from '../../media/sniffing/sniff.ts';

/** A source copied to this machine's disk, until its last user releases it. */
export interface SourceFile {
  readonly path: string;
  readonly object: SourceObject;
  /** Detected format; undefined for a file that is not a container of audio and video. */
  readonly container: ContainerFormat | undefined;
  /** Returns ffprobe's result, shared by all callers; undefined if the file cannot be read. */
  probe(): Promise<ProbedFile | undefined>;
  release(): void;
}

interface Entry {
  readonly file: Promise<Pick<SourceFile, 'path' | 'container'>>;
  probed: Promise<ProbedFile | undefined> | undefined;
  users: number;
  expiry: NodeJS.Timeout | undefined;
}

/** Time to keep an unused copy: a job for the same object usually follows a probe within seconds. */
const KEEP_MS = 60_000;

/**
 * Copies objects to files, since ffmpeg may open only files and an object may consist of several parts. Copies each version
 * once, for all its users.
 */
export class SourceFiles {
  readonly #directory: string;
  readonly #store: EncoderStore;
  readonly #probe: (media: LocalMedia) => Promise<ProbedFile | undefined>;
  readonly #entries = new Map<string, Entry>();

  constructor(directory: string, store: EncoderStore, probe: (media: LocalMedia) => Promise<ProbedFile | undefined>) {
    this.#directory = directory;
    this.#store = store;
    this.#probe = probe;
  }

  /** Deletes all copies, those of an earlier process included. */
  async clear(): Promise<void> {
    for (const { expiry } of this.#entries.values()) clearTimeout(expiry);
    this.#entries.clear();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Returns a copy of an object; undefined if the object does not exist. */
  async take(bucket: string, key: string): Promise<SourceFile | undefined> {
    const object = await this.#store.find(bucket, key);
    if (object === undefined) return undefined;
    const id = createHash('sha256')
      .update(JSON.stringify([bucket, key, object.etag, object.lastModified]))
      .digest('hex');
    const entry = this.#entries.get(id) ?? this.#startCopy(id, object);
    entry.users += 1;
    clearTimeout(entry.expiry);
    const release = (): void => this.#release(id, entry);
    try {
      return { ...(await entry.file), object, probe: () => this.#probeOnce(entry), release };
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
  }

  #startCopy(id: string, object: SourceObject): Entry {
    const entry: Entry = {
      file: this.#copy(join(this.#directory, id), object),
      probed: undefined,
      users: 0,
      expiry: undefined,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  async #probeOnce(entry: Entry): Promise<ProbedFile | undefined> {
    const { path, container } = await entry.file;
    if (container === undefined) return undefined;
    entry.probed ??= this.#probe({ path, demuxer: container.demuxer });
    try {
      const probed = await entry.probed;
      // The machine may have been too busy to finish in time; try again at the next call.
      if (probed === undefined) entry.probed = undefined;
      return probed;
    } catch (error) {
      entry.probed = undefined;
      throw error;
    }
  }

  async #copy(path: string, object: SourceObject): Promise<Pick<SourceFile, 'path' | 'container'>> {
    await mkdir(this.#directory, { recursive: true });
    const unfinished = `${path}.part`;
    try {
      await pipeline(object.stream(), createWriteStream(unfinished, { mode: 0o600 }));
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    return { path, container: await sniffFile(path) };
  }

  #release(id: string, entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    entry.expiry = setTimeout(() => {
      this.#entries.delete(id);
      void rm(join(this.#directory, id), { force: true });
    }, KEEP_MS);
    entry.expiry.unref();
  }
}

async function sniffFile(path: string): Promise<ContainerFormat | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const sniffed = sniff(buffer.subarray(0, bytesRead));
    return 'demuxer' in sniffed ? sniffed : undefined;
  } finally {
    await file.close();
  }
}
