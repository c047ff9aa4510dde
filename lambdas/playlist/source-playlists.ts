import type { SourceIndex } from '../../media/packaging/index/source-index.ts';
import { PackagingError } from '../../media/packaging/packaging-error.ts';
import { type Clip } from '../../media/packaging/playlists/clip.ts';
import type { PlaylistOptions } from '../../media/packaging/playlists/film.ts';
import { writeStreamPlaylist } from '../../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../../media/packaging/playlists/multivariant-playlist.ts';
import { readStreamAddress } from '../../media/packaging/playlists/stream-address.ts';
import { qualify, type Qualification } from '../../media/packaging/qualification/qualify.ts';
import { DASH_MANIFEST, HLS_PLAYLIST } from '../contracts/output-layout.ts';
import { badRequest, notFound, type Refusal } from './refusal.ts';

/** The playlists of one source, which are written once for the whole film. */
interface Film {
  readonly qualification: Qualification;
  /** By name of the playlist. */
  readonly whole: Map<string, string>;
}

/** Live as long as the indexes that a function keeps. A playlist is a fraction of its index. */
const films = new WeakMap<SourceIndex, Film>();

/**
 * Writes a playlist of a source from its index. It lists the tracks for which the source qualifies.
 *
 * @param name `index.m3u8`, `index.mpd` or the address of a media playlist
 * @param clip part of the film. @default the whole film
 */
export function writeSourcePlaylist(index: SourceIndex, name: string, clip: Clip): string | Refusal {
  const film = filmOf(index);
  if (film.qualification.level === 'none') return notFound('The file of this video cannot be played just in time.');
  const kept = clip.length === 0 ? film.whole.get(name) : undefined;
  if (kept !== undefined) return kept;
  try {
    const text = writeText(index, film.qualification, name, { clip });
    if (text === undefined) return notFound(`The video has no ${name}.`);
    if (clip.length === 0) film.whole.set(name, text);
    return text;
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    return error.code === 'bad_clip' ? badRequest(error.message) : notFound(error.message);
  }
}

function filmOf(index: SourceIndex): Film {
  const known = films.get(index);
  if (known !== undefined) return known;
  const film = { qualification: qualify(index, index.plan.segmentSeconds), whole: new Map<string, string>() };
  films.set(index, film);
  return film;
}

function writeText(index: SourceIndex, { tracks }: Qualification, name: string, options: PlaylistOptions): string | undefined {
  const sound = tracks.filter((position) => index.tracks[position]?.kind === 'audio');
  if (name === HLS_PLAYLIST) return writeFilmPlaylist(index, 'fmp4', { ...options, sound });
  if (name === DASH_MANIFEST) return writeFilmMpd(index, { ...options, sound });
  const file = readStreamAddress(name);
  if (file?.kind !== 'playlist' || !file.stream.tracks.every((track) => tracks.includes(track))) return undefined;
  return writeStreamPlaylist(index, file.stream, options);
}
