import type { ByteSource } from '../byte-source.ts';
import { readTail } from '../read-tail.ts';
import { type Box, MAX_HEADER_BYTES, parseBoxHeader } from './box-header.ts';
import { IsobmffError, unlessDamaged } from './isobmff-error.ts';
import { walkTopLevel } from './walk-top-level.ts';

/** Start of a movie box after its size, and its header box after that: ISO/IEC 14496-12:2022, 8.2.1 and 8.2.2. */
const [MOOV, MVHD] = [Buffer.from('moov', 'latin1'), Buffer.from('mvhd', 'latin1').readUInt32BE()];
const SIZE_BYTES = 4;
const MVHD_OFFSET = 8;
/** Limit of the movie box; ten hours at 60 frames per second need about 30 MB. */
const MAX_MOOV_BYTES = 128 * 1024 * 1024;
/** Maximum number of boxes before the movie box, each of which may take a request: a file without fragments has a handful. */
const MAX_BOXES = 500;

/**
 * Finds the movie box at the top level of a file. If the boxes do not lead to it, since media data states a wrong size or
 * there are too many, looks for one in the last 64 MiB.
 *
 * @returns undefined for a file without one
 * @throws IsobmffError any code of `walkTopLevel`
 */
export async function findMoov(source: ByteSource): Promise<Box | undefined> {
  try {
    const [moov] = (await walkTopLevel(source, { until: 'moov', maxBoxes: MAX_BOXES })).slice(-1);
    return moov?.type === 'moov' ? moov : await findLastMoov(source);
  } catch (error) {
    const isMovie = error instanceof IsobmffError && error.code !== 'not_isobmff';
    const moov = isMovie ? await findLastMoov(source) : undefined;
    // Fragments without a movie box before them.
    const lacksMovie = isMovie && error.code === 'too_many_boxes' && error.boxType === 'moof';
    if (moov === undefined && !lacksMovie) throw error;
    return moov;
  }
}

/** A movie box in memory, with its header. */
export interface LoadedMoov {
  readonly bytes: Uint8Array;
  /** Offset in the file, bytes. */
  readonly offset: number;
}

/**
 * Reads the movie box. Returns undefined for a file without one.
 *
 * @throws IsobmffError any code of `walkTopLevel`, `moov_too_large`
 */
export async function readMoov(source: ByteSource): Promise<LoadedMoov | undefined> {
  const moov = await findMoov(source);
  if (moov === undefined) return undefined;
  if (moov.size > MAX_MOOV_BYTES)
    throw new IsobmffError(
      'moov_too_large',
      `The moov box has ${moov.size} bytes, more than the ${MAX_MOOV_BYTES} allowed.`,
      'moov',
    );
  return { bytes: await source.read(moov.offset, moov.size), offset: moov.offset };
}

async function findLastMoov(source: ByteSource): Promise<Box | undefined> {
  const tail = await readTail(source, (bytes, offset) => findLastIn(bytes, offset, source.size));
  if (tail === undefined) return undefined;
  return parseBoxHeader(await tail.source.read(tail.offset, MAX_HEADER_BYTES), tail.offset, source.size);
}

/** Returns the place of the last movie box in the end of a file. */
function findLastIn(bytes: Uint8Array, offset: number, end: number): number | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.lastIndexOf(MOOV); at >= SIZE_BYTES; at = buffer.lastIndexOf(MOOV, at - 1)) {
    const start = at - SIZE_BYTES;
    const isMovie = at + MVHD_OFFSET + 4 <= buffer.length && buffer.readUInt32BE(at + MVHD_OFFSET) === MVHD;
    const box = isMovie ? unlessDamaged(() => parseBoxHeader(buffer.subarray(start), offset + start, end)) : undefined;
    if (box !== undefined && box.size <= end - box.offset) return start;
  }
  return undefined;
}
