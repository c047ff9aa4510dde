import type { ByteSource } from '../../media/byte-source.ts';
import type { Box } from '../../media/isobmff/box-header.ts';
import { IsobmffError } from '../../media/isobmff/isobmff-error.ts';
import { listSamples } from '../../media/isobmff/key-samples.ts';
import { type Movie, readMovie } from '../../media/isobmff/movie.ts';
import { findOutside } from '../../media/isobmff/outside-samples.ts';
import { readSamplesEnd } from '../../media/isobmff/samples-end.ts';
import { isProtectedEntry } from '../../media/isobmff/stsd.ts';
import { videoTracks } from '../../media/isobmff/video-tracks.ts';
import { walkTopLevel } from '../../media/isobmff/walk-top-level.ts';
import { UploadRejectedError } from '../chain/errors.ts';
import { requireOwnVideo } from './external-media.ts';

/** Boxes that make up the movie; some programs append bytes that are not boxes. */
const ESSENTIAL = new Set(['ftyp', 'moov', 'moof', 'mdat']);
/** Maximum number of boxes to read, each of which may take a request; a file without fragments has a handful. */
const MAX_BOXES = 500;

/**
 * Reads the index of an ISO base media file and checks that its media is complete.
 *
 * @returns undefined if the index is so unusual that only the encoder can determine whether it is readable
 * @throws UploadRejectedError `missing_index`, `incomplete_file`, `unsupported_codec` for an encrypted video,
 * `playlist_not_media` for one whose media is in other files
 */
export async function readIndex(source: ByteSource): Promise<Movie | undefined> {
  const movie = await readMovieOrReject(source);
  if (movie !== undefined && hasOnlyEncryptedVideo(movie)) throw new UploadRejectedError('unsupported_codec');
  if (movie !== undefined) requireOwnVideo(movie);
  // Truncation costs a fragmented file only its last fragment.
  if (movie?.fragmented === true) return movie;
  try {
    const last = (await walkTopLevel(source, { maxBoxes: MAX_BOXES })).at(-1);
    if (movie !== undefined && last !== undefined && (await isOpenAndCutOff(source, last, movie))) throw new UploadRejectedError('incomplete_file');
  } catch (error) {
    if (!(error instanceof IsobmffError)) throw error;
    if (isCutOff(error) && !(await holdsAllSamples(source, error))) throw new UploadRejectedError('incomplete_file', error);
  }
  return movie;
}

/**
 * Returns whether media data of size 0, which lasts to the end of the file (ISO/IEC 14496-12:2022, 4.2.2), lacks the last frame.
 * One outside the file with others after it is due to a wrong entry of the index instead.
 */
async function isOpenAndCutOff(source: ByteSource, { type, offset }: Box, movie: Movie): Promise<boolean> {
  if (type !== 'mdat' || (await source.read(offset, 4)).some((byte) => byte !== 0)) return false;
  return videoTracks(movie).some(({ sampleTable }) => {
    const samples = sampleTable === undefined ? [] : [...listSamples(sampleTable)];
    return findOutside(samples, source.size).at(-1)?.end === samples.length;
  });
}

/** Returns whether the file holds every sample even though its media data claims more bytes than the file has. */
async function holdsAllSamples(source: ByteSource, { boxType }: IsobmffError): Promise<boolean> {
  if (boxType !== 'mdat') return false;
  try {
    const end = await readSamplesEnd(source);
    return end > 0 && end <= source.size;
  } catch (error) {
    if (error instanceof IsobmffError) return false;
    throw error;
  }
}

/** Encrypted sound is left out instead. */
function hasOnlyEncryptedVideo(movie: Movie): boolean {
  const tracks = videoTracks(movie);
  return tracks.length > 0 && tracks.every(({ sampleEntry }) => sampleEntry !== undefined && isProtectedEntry(sampleEntry));
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
