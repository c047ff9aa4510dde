import type { ByteSource } from '../../media/byte-source.ts';
import { IsobmffError } from '../../media/isobmff/isobmff-error.ts';
import { type Movie, readMovie } from '../../media/isobmff/movie.ts';
import { isProtectedEntry } from '../../media/isobmff/stsd.ts';
import { walkTopLevel } from '../../media/isobmff/walk-top-level.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/** Boxes that make up the movie; some programs append bytes that are not boxes. */
const ESSENTIAL = new Set(['ftyp', 'moov', 'moof', 'mdat']);
/** Maximum number of boxes to read; a file without fragments has a handful. */
const MAX_BOXES = 1_000;

/**
 * Reads the index of an ISO base media file and checks that its media is complete.
 *
 * @returns undefined if the index is so unusual that only the encoder can determine whether it is readable
 * @throws UploadRejectedError `missing_index`, `incomplete_file`, `unsupported_codec` for an encrypted file
 */
export async function readIndex(source: ByteSource): Promise<Movie | undefined> {
  const movie = await readMovieOrReject(source);
  if (movie?.tracks.some(({ sampleEntry }) => sampleEntry !== undefined && isProtectedEntry(sampleEntry)))
    throw new UploadRejectedError('unsupported_codec');
  // Truncation costs a fragmented file only its last fragment.
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
    // A file that is cut off before its index, inside a box of any other type, lacks the index.
    if (error.code === 'no_moov' || error.code === 'box_beyond_file')
      throw new UploadRejectedError('missing_index', error);
    return undefined;
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof IsobmffError && error.code === 'box_beyond_file' && ESSENTIAL.has(error.boxType ?? '');
}
