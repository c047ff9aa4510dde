import type { ByteSource } from '../byte-source.ts';
import { findFilledTracks } from '../isobmff/filled-tracks.ts';
import type { Movie } from '../isobmff/movie.ts';
import { isProtectedEntry } from '../isobmff/stsd.ts';
import { trackSpan, type TrackSpan } from '../isobmff/track-span.ts';
import { findSegment } from '../matroska/segment.ts';
import { readSegmentHead } from '../matroska/tracks.ts';

/** A container's own description of a sound track. */
export interface SoundTrack {
  /** Whether it is the only track that the file marks as the default. */
  readonly isDefault: boolean;
  /** Whether it is undecodable: it certainly has no samples, is encrypted, or refers to another file. */
  readonly isUndecodable: boolean;
  /** Span of its presentation; undefined if the container does not state it. */
  readonly span?: TrackSpan;
}

/**
 * Reads a container's own description of its sound tracks, in file order.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @returns undefined for a container that describes none, or that cannot be read
 */
export async function readSoundTracks(
  container: string,
  source: ByteSource,
  movie: Movie | undefined,
): Promise<readonly SoundTrack[] | undefined> {
  switch (container) {
    case 'isobmff':
      return movie === undefined ? undefined : movieSound(source, movie);
    case 'matroska':
    case 'webm':
      return matroskaSound(source);
    default:
      return undefined;
  }
}

/** A default track is enabled: ISO/IEC 14496-12:2022, 8.3.2. */
async function movieSound(source: ByteSource, movie: Movie): Promise<readonly SoundTrack[]> {
  const tracks = movie.tracks.filter(({ handler }) => handler === 'soun');
  const filled = await findFilledTracks(source, movie, tracks);
  const defaultTrack = tracks.find(({ enabled }) => enabled);
  return tracks.map((track) => {
    const isEncrypted = track.sampleEntry !== undefined && isProtectedEntry(track.sampleEntry);
    return {
      isDefault: track === defaultTrack,
      isUndecodable: isEncrypted || track.isExternal || filled?.has(track.id) === false,
      span: trackSpan(movie, track),
    };
  });
}

/** A default track has FlagDefault: RFC 9559, 5.1.4.1.5. */
async function matroskaSound(source: ByteSource): Promise<readonly SoundTrack[] | undefined> {
  const segment = await findSegment(source);
  const head = segment && (await readSegmentHead(source, segment));
  const tracks = head?.tracks.filter(({ kind }) => kind === 'audio');
  const defaultTrack = tracks?.find(({ isDefault }) => isDefault);
  return tracks?.map((track) => ({ isDefault: track === defaultTrack, isUndecodable: false }));
}
