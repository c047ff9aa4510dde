import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createHash } from 'node:crypto';
import type { LocalMedia, ProbedFile } from './probe/ffprobe.ts';
import type { EncoderStore, SourceObject } from './encoder-store.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { fragmentRepairs } from '../../media/isobmff/fragment-repairs.ts';
import { IsobmffError } from '../../media/isobmff/isobmff-error.ts';
import { laterGapRepairs } from '../../media/isobmff/later-gaps.ts';
import { mediaDataRepair } from '../../media/isobmff/media-data-repair.ts';
import { openEditRepairs } from '../../media/isobmff/open-edits.ts';
import { outsideSampleRepairs } from '../../media/isobmff/outside-samples.ts';
import { unreadableDescriptions } from '../../media/isobmff/unreadable-descriptions.ts';
import type { ContainerFormat } from '../../media/sniffing/signatures.ts';
import { coverDuplicatePackets } from '../../media/mpeg-ts/duplicate-packets.ts';
import { followMovedPackets } from '../../media/mpeg-ts/moved-packets.ts';
import { sniffSource } from '../../media/sniffing/sniff.ts';
import { fileSource } from './file-source.ts';

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
      return await entry.probed;
    } catch (error) {
      // The machine may have been too busy to finish in time; the next call tries again.
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
    return { path, container: await prepareFile(path) };
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

/** Identifies a copy, and repairs what would keep ffmpeg from reading it. */
async function prepareFile(path: string): Promise<ContainerFormat | undefined> {
  const file = await open(path, 'r+');
  try {
    const source = fileSource(file, (await file.stat()).size);
    const { sniffed, media } = await sniffSource(source);
    if (!('demuxer' in sniffed)) return undefined;
    if (sniffed.family === 'isobmff') {
      await hideBrokenTracks(file, source);
      await coverDamage(file, source);
    }
    if (sniffed.family === 'mpegts') await rewritePackets(file, media);
    return sniffed;
  } finally {
    await file.close();
  }
}

/**
 * Hides unreadable sample descriptions, any of which makes ffmpeg refuse the whole file: it then reports the track as having an
 * unknown codec. Laptop encoder.
 */
async function hideBrokenTracks(file: FileHandle, source: ByteSource): Promise<void> {
  for (const { offset, bytes } of await unreadableDescriptions(source))
    await file.write(bytes, 0, undefined, offset);
}

/**
 * Covers packets of a transport stream that are sent twice, whose content ffmpeg would decode twice although decoders must ignore
 * them, and gives streams that move to other packet ids the first ones, since ffmpeg would take them for further streams. Laptop
 * encoder: whether MediaConvert follows them is not documented.
 */
async function rewritePackets(file: FileHandle, media: ByteSource): Promise<void> {
  const size = (await file.stat()).size;
  for (const rewrite of [coverDuplicatePackets, followMovedPackets]) {
    // An ID3 tag may precede the packets.
    for await (const { offset, bytes } of rewrite(media)) await file.write(bytes, 0, undefined, size - media.size + offset);
  }
}

/**
 * Covers damaged parts of a fragmented file and empties or silences samples outside any file, at the first of which ffmpeg would stop, and
 * ends media data that claims to contain the movie box, which ffmpeg would not find. Rewrites gaps between edits, which ffmpeg
 * would fill with the start of the media, and edits without a duration, of which it would present nothing. Laptop encoder: MediaConvert does not document how much it reads of
 * such files.
 */
async function coverDamage(file: FileHandle, source: ByteSource): Promise<void> {
  for (const findRepairs of [mediaDataRepair, fragmentRepairs, outsideSampleRepairs, laterGapRepairs, openEditRepairs]) {
    const repairs = await findRepairs(source).catch((error: unknown) => {
      if (error instanceof IsobmffError) return [];
      throw error;
    });
    for (const { offset, bytes } of repairs) await file.write(bytes, 0, undefined, offset);
  }
}
