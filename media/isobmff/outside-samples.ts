import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import { readMoov } from './find-moov.ts';
import { listSamples, type Sample } from './key-samples.ts';
import { type Chunk, listChunks } from './sample-chunks.ts';
import type { Patch } from './tkhd.ts';

/** Samples by their position in a list, from `first` up to `end`. */
export interface SampleRun {
  readonly first: number;
  readonly end: number;
}

/** Returns the samples that do not lie within a file, since an entry of their offsets or sizes is wrong. */
export function findOutside(samples: readonly Sample[], fileSize: number): SampleRun[] {
  const runs: SampleRun[] = [];
  for (const [index, { offset, size }] of samples.entries()) {
    if (size === 0 || offset + size <= fileSize) continue;
    const last = runs.at(-1);
    if (last?.end === index) runs[runs.length - 1] = { first: last.first, end: index + 1 };
    else runs.push({ first: index, end: index + 1 });
  }
  return runs;
}

/** Bytes of `stsz` before its table, and of each size: ISO/IEC 14496-12:2022, 8.7.3.2. */
const [STSZ_HEAD_BYTES, SIZE_BYTES] = [12, 4];

/**
 * Returns the changes that empty samples outside the file, so that a reader continues with those after them. Where one size is
 * stated for all, as for PCM, their chunks are moved to silence after the end of the file. Leaves out samples up to the end of
 * their track, since a file that was cut off lacks them.
 *
 * @throws IsobmffError if the movie box or a table cannot be read
 */
export async function outsideSampleRepairs(source: ByteSource): Promise<readonly Patch[]> {
  const moov = await readMoov(source);
  const root = moov && findBox(rootOf(moov.bytes, moov.offset), 'moov');
  const traks = root === undefined ? [] : boxesIn(root).filter(({ type }) => type === 'trak');
  return traks.flatMap((trak) => patchesOf(trak, source.size));
}

function patchesOf(trak: LoadedBox, fileSize: number): Patch[] {
  const stbl = findBox(trak, 'mdia', 'minf', 'stbl');
  const stsz = stbl && findBox(stbl, 'stsz');
  if (stbl === undefined || stsz === undefined) return [];
  if (hasCommonSize(stsz)) return chunkPatches(stbl, fileSize);
  const samples = [...listSamples(stbl)];
  const table = stsz.offset + stsz.headerSize + STSZ_HEAD_BYTES;
  return findOutside(samples, fileSize)
    .filter(({ end }) => end < samples.length)
    .map(({ first, end }) => ({ offset: table + SIZE_BYTES * first, bytes: new Uint8Array(SIZE_BYTES * (end - first)) }));
}

/** Bytes of `stco` or `co64` before its table: ISO/IEC 14496-12:2022, 8.7.5. */
const OFFSETS_HEAD_BYTES = 8;
/** Bytes that stand for silence, by format; zero in others: ITU-T G.711, tables 1 and 2. */
const SILENCE: Readonly<Record<string, number>> = { ulaw: 0xff, alaw: 0xd5, 'raw ': 0x80 };
/** Maximum size of a chunk to replace. */
const MAX_SILENCE_BYTES = 16 * 1024 * 1024;

function chunkPatches(stbl: LoadedBox, fileSize: number): Patch[] {
  const long = findBox(stbl, 'co64');
  const offsets = long ?? findBox(stbl, 'stco');
  if (offsets === undefined) return [];
  const chunks = [...listChunks(stbl)];
  const isOutside = ({ offset, size }: Chunk): boolean => offset + size > fileSize;
  const last = chunks.findLastIndex((chunk) => !isOutside(chunk));
  const outside = chunks.flatMap((chunk, index) => (index < last && isOutside(chunk) ? [{ index, size: chunk.size }] : []));
  const silenceBytes = Math.max(0, ...outside.map(({ size }) => size));
  const isReachable = long !== undefined || fileSize < 2 ** 32;
  if (outside.length === 0 || silenceBytes > MAX_SILENCE_BYTES || !isReachable) return [];
  const [table, width] = [offsets.offset + offsets.headerSize + OFFSETS_HEAD_BYTES, long === undefined ? 4 : 8];
  const end = Buffer.alloc(8);
  end.writeBigUInt64BE(BigInt(fileSize));
  const format = findBox(stbl, 'stsd')?.content.subarray(12, 16) ?? [];
  return [
    { offset: fileSize, bytes: new Uint8Array(silenceBytes).fill(SILENCE[String.fromCodePoint(...format)] ?? 0) },
    ...outside.map(({ index }) => ({ offset: table + width * index, bytes: end.subarray(8 - width) })),
  ];
}

function hasCommonSize({ content }: LoadedBox): boolean {
  return content.length < STSZ_HEAD_BYTES || content.subarray(4, 8).some((byte) => byte !== 0);
}
