import type { ByteSource } from '../../media/byte-source.ts';
import { IsobmffError } from '../../media/isobmff/isobmff-error.ts';
import { type Movie, readMovie } from '../../media/isobmff/movie.ts';
import { isProtectedEntry } from '../../media/isobmff/stsd.ts';
import { walkTopLevel } from '../../media/isobmff/walk-top-level.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/** Boxes whose content is the film; behind them some programs leave bytes that are no box at all. */
const ESSENTIAL = new Set(['ftyp', 'moov', 'moof', 'mdat']);
/** A file that is not in fragments has a handful. */
const MAX_BOXES = 1_000;

/**
 * Reads the index of an ISO base media file and checks that its media is all there.
 *
 * @returns undefined where the index is so unusual that only the encoder can tell whether it can be read
 * @throws UploadRejectedError `missing_index`, `incomplete_file`, `unsupported_codec` for one that is encrypted
 */
export async function readIndex(source: ByteSource): Promise<Movie | undefined> {
  const movie = await readMovieOrReject(source);
  if (movie?.tracks.some(({ sampleEntry }) => sampleEntry !== undefined && isProtectedEntry(sampleEntry))) throw new UploadRejectedError('unsupported_codec');
  // A cut in a file of fragments costs the last of them and no more.
  if (movie?.fragmented === true) return movie;
  try {
    await walkTopLevel(source, { maxBoxes: MAX_BOXES });
  } catch (error) {
    if (isCutOff(error)) throw new UploadRejectedError('incomplete_file', error);
    if (!(error instanceof IsobmffError)) throw error;
  }
  return movie;
}

async function readMovieOrReject(source: ByteSource): Promise<Movie | undefined> {
  try {
    return await readMovie(source);
  } catch (error) {
    if (!(error instanceof IsobmffError)) throw error;
    if (isCutOff(error)) throw new UploadRejectedError('incomplete_file', error);
    // Without an index, whatever else is wrong does not matter.
    if (error.code === 'no_moov' || error.code === 'box_beyond_file') throw new UploadRejectedError('missing_index', error);
    return undefined;
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof IsobmffError && error.code === 'box_beyond_file' && ESSENTIAL.has(error.boxType ?? '');
}
