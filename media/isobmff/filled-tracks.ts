import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, readerOf, rootOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import type { Movie, MovieTrack } from './movie.ts';
import { parseTfhd } from './tfhd.ts';
import { DAMAGED, walkBoxes } from './walk-boxes.ts';

/** Maximum number of boxes to visit: two for each fragment. */
const MAX_BOXES = 100;
const MAX_MOOF_BYTES = 1024 * 1024;

/**
 * Returns the ids of the tracks with samples, in the movie box or in fragments.
 *
 * @param wanted tracks in question; reading stops once samples of all of them are found
 * @returns undefined for a damaged file, or one with so many fragments that reading them would take long
 */
export async function findFilledTracks(
  source: ByteSource,
  movie: Movie,
  wanted: readonly MovieTrack[],
): Promise<ReadonlySet<number> | undefined> {
  const filled = new Set(movie.tracks.filter(({ samples }) => samples > 0).map(({ id }) => id));
  const areFilled = (): boolean => wanted.every(({ id }) => filled.has(id));
  if (!movie.fragmented) return filled;
  try {
    let count = 0;
    for await (const { type, offset, size } of walkBoxes(source)) {
      if (areFilled()) return filled;
      count += 1;
      if (count > MAX_BOXES || type === DAMAGED || size > source.size - offset) return undefined;
      if (type === 'moof') for (const id of tracksIn(await readFragment(source, offset, size))) filled.add(id);
    }
    return filled;
  } catch (error) {
    if (error instanceof IsobmffError) return undefined;
    throw error;
  }
}

async function readFragment(source: ByteSource, offset: number, size: number): Promise<Uint8Array> {
  if (size > MAX_MOOF_BYTES) throw new IsobmffError('bad_value', `A fragment's index has ${size} bytes.`, 'moof');
  return source.read(offset, size);
}

/** Returns the ids of the tracks with samples in one fragment: ISO/IEC 14496-12:2022, 8.8.6 to 8.8.8. */
function tracksIn(bytes: Uint8Array): number[] {
  const moof = findBox(rootOf(bytes), 'moof');
  return (moof === undefined ? [] : boxesIn(moof)).flatMap((traf) => {
    const tfhd = traf.type === 'traf' ? findBox(traf, 'tfhd') : undefined;
    if (tfhd === undefined) return [];
    const runs = boxesIn(traf).filter(({ type }) => type === 'trun');
    return runs.some((run) => sampleCountOf(run) > 0) ? [parseTfhd(tfhd).trackId] : [];
  });
}

function sampleCountOf(run: Parameters<typeof readerOf>[0]): number {
  const reader = readerOf(run);
  reader.skip(4);
  return reader.u32();
}
