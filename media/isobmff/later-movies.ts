import type { ByteSource } from '../byte-source.ts';
import type { Box } from './box-header.ts';
import { unlessDamaged } from './isobmff-error.ts';
import { parseMovie } from './movie.ts';
import { walkBoxes } from './walk-boxes.ts';

/** Maximum number of boxes to visit; an unfragmented file has a handful. */
const MAX_BOXES = 64;
/** Maximum size of a movie box that is read for its duration. */
const MAX_MOOV_BYTES = 16 * 1024 * 1024;

/** Movies that follow the first one in a file. */
export interface LaterMovies {
  /** Duration of all together, seconds; undefined if one of them does not state it. */
  readonly seconds: number | undefined;
}

/**
 * Finds the movies after the first, which players and encoders ignore: files were appended to each other. ISO/IEC 14496-12:2022,
 * 8.2.1 allows one movie box.
 *
 * @returns undefined for a file with one
 */
export async function findLaterMovies(source: ByteSource): Promise<LaterMovies | undefined> {
  const moovs: Box[] = [];
  let boxes = 0;
  for await (const box of walkBoxes(source, 0, 0)) {
    if (box.type === 'moov') moovs.push(box);
    boxes += 1;
    if (boxes === MAX_BOXES) break;
  }
  if (moovs.length < 2) return undefined;
  let seconds: number | undefined = 0;
  for (const moov of moovs.slice(1)) {
    const length = await readSeconds(source, moov);
    seconds = length === undefined || seconds === undefined ? undefined : seconds + length;
  }
  return { seconds };
}

async function readSeconds(source: ByteSource, { offset, size }: Box): Promise<number | undefined> {
  if (size > MAX_MOOV_BYTES) return undefined;
  const bytes = await source.read(offset, size);
  const movie = unlessDamaged(() => parseMovie(bytes));
  return movie === undefined || movie.duration === 0 ? undefined : movie.duration / movie.timescale;
}
