import type { ByteSource } from '../byte-source.ts';
import { IsobmffError } from '../isobmff/isobmff-error.ts';
import type { Movie } from '../isobmff/movie.ts';
import { readMovieParameters } from '../isobmff/movie-parameters.ts';
import { readBlockParameters } from '../matroska/block-parameters.ts';
import { readPackParameters } from '../mpeg-ps/pack-parameters.ts';
import { readPesParameters } from '../mpeg-ts/pes-parameters.ts';
import { readChunkParameters } from '../riff/chunk-parameters.ts';
import type { TrackPlace } from './choose-video.ts';
import type { StreamParameters } from './stream-parameters.ts';

/**
 * Reads the parameters that a file's tracks restate after its beginning. Reads all of a file of up to 32 MiB, and 32 MiB of a
 * larger one.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @param place position of the video among the video tracks
 * @returns undefined for a container whose tracks are not read here
 */
export async function readParameters(
  container: string,
  source: ByteSource,
  movie: Movie | undefined,
  place: TrackPlace,
): Promise<StreamParameters | undefined> {
  switch (container) {
    case 'mpegts':
      return readPesParameters(source, place);
    case 'isobmff':
      return movie && readMovie(source, movie, place);
    case 'matroska':
    case 'webm':
      return readBlockParameters(source, place);
    case 'avi':
      return readChunkParameters(source, place);
    case 'mpegps':
      return readPackParameters(source);
    default:
      return undefined;
  }
}

/** The encoder plays everything before a damaged fragment, and as much as it can of contradictory tables. */
async function readMovie(source: ByteSource, movie: Movie, place: TrackPlace): Promise<StreamParameters | undefined> {
  try {
    return await readMovieParameters(source, movie, place);
  } catch (error) {
    if (error instanceof IsobmffError) return undefined;
    throw error;
  }
}
