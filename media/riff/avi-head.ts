import type { ByteSource } from '../byte-source.ts';

// Microsoft, "AVI RIFF File Reference": https://learn.microsoft.com/en-us/windows/win32/directshow/avi-riff-file-reference
// and the OpenDML extensions (1996), 3.0 Index.

export const CHUNK_HEAD = 8;
const LIST_HEAD = 12;
const MAX_CHUNKS = 64;
const MAX_HEADER_BYTES = 1024 * 1024;
/** Maximum size of an index: six hours at 60 frames per second with sound. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;

interface Chunk {
  /** FourCC; for a list, its type. */
  readonly id: string;
  readonly content: Buffer;
}

/** A stream of an AVI, with the properties that decide its length. */
export interface AviStream {
  readonly number: number;
  readonly isVideo: boolean;
  /** Codec of a video, a FourCC in capitals, such as `H264`; empty for other streams. */
  readonly codec: string;
  /** Duration of a frame, seconds. */
  readonly frameSeconds: number;
  /** Indexes of the parts of a long file; undefined without a super index. */
  readonly parts: readonly IndexedPart[] | undefined;
}

/** An entry of a super index. */
export interface IndexedPart {
  /** Offset of the part's own index, bytes. */
  readonly offset: number;
  readonly size: number;
  /** Duration of the part, frames. */
  readonly frames: number;
}

/** Where an AVI has its lists. */
export interface AviHead {
  readonly streams: readonly AviStream[];
  /** Offset of the type of the list of media, from which old indexes count; undefined if there is none. */
  readonly media: number | undefined;
  /** Content of the index of old files, bytes; undefined if there is none. */
  readonly index: { readonly offset: number; readonly size: number } | undefined;
}

/** Reads the streams of an AVI, and finds its media and its index. */
export async function readAviHead(source: ByteSource): Promise<AviHead> {
  let streams: readonly AviStream[] = [];
  let media: number | undefined;
  let at = LIST_HEAD;
  for (let count = 0; count < MAX_CHUNKS && at + CHUNK_HEAD <= source.size; count += 1) {
    const head = Buffer.from(await source.read(at, LIST_HEAD));
    if (head.length < CHUNK_HEAD) break;
    const [id, size] = [idAt(head, 0), head.readUInt32LE(4)];
    const type = id === 'LIST' ? idAt(head, 8) : '';
    if (type === 'hdrl') streams = streamsIn(Buffer.from(await source.read(at + LIST_HEAD, Math.min(size - 4, MAX_HEADER_BYTES))));
    if (type === 'movi') media ??= at + CHUNK_HEAD;
    if (id === 'idx1') return { streams, media, index: { offset: at + CHUNK_HEAD, size } };
    at += CHUNK_HEAD + size + (size % 2);
  }
  return { streams, media, index: undefined };
}

function streamsIn(header: Buffer): AviStream[] {
  const lists = chunksIn(header).filter(({ id }) => id === 'strl');
  return lists.flatMap(({ content }, number) => {
    const chunks = chunksIn(content);
    const strh = chunks.find(({ id }) => id === 'strh')?.content;
    if (strh === undefined || strh.length < 28) return [];
    const [scale, rate] = [strh.readUInt32LE(20), strh.readUInt32LE(24)];
    const isVideo = idAt(strh, 0) === 'vids';
    const strf = chunks.find(({ id }) => id === 'strf')?.content;
    const indx = chunks.find(({ id }) => id === 'indx')?.content;
    return [{
      number,
      isVideo,
      // `biCompression` of BITMAPINFOHEADER.
      codec: isVideo && strf !== undefined ? idAt(strf, 16).toUpperCase() : '',
      frameSeconds: rate > 0 ? scale / rate : 0,
      parts: indx && partsIn(indx),
    }];
  });
}

/** Reads a super index: a 24-byte header, then offset, size and duration of each part in 16 bytes. */
function partsIn(indx: Buffer): readonly IndexedPart[] | undefined {
  const isSuperIndex = indx.length >= 24 && indx.readUInt16LE(0) === 4 && indx[3] === 0;
  if (!isSuperIndex) return undefined;
  const entries = Math.min(indx.readUInt32LE(4), Math.floor((indx.length - 24) / 16));
  const parts = Array.from({ length: entries }, (_, entry) => {
    const at = 24 + entry * 16;
    return { offset: Number(indx.readBigUInt64LE(at)), size: indx.readUInt32LE(at + 8), frames: indx.readUInt32LE(at + 12) };
  });
  return parts.some(({ frames }) => frames > 0) ? parts : undefined;
}

function chunksIn(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at + CHUNK_HEAD <= bytes.length && chunks.length < MAX_CHUNKS; ) {
    const [id, size] = [idAt(bytes, at), bytes.readUInt32LE(at + 4)];
    const isList = id === 'LIST';
    const start = at + (isList ? LIST_HEAD : CHUNK_HEAD);
    chunks.push({ id: isList ? idAt(bytes, at + 8) : id, content: bytes.subarray(start, at + CHUNK_HEAD + size) });
    at += CHUNK_HEAD + size + (size % 2);
  }
  return chunks;
}

export function idAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}
