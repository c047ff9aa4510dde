import { CLIP_PARAMETERS, COPY_PARAMETER } from '../contracts/playlist-parameters.ts';
import { decodeCopy } from '../signing/native-parameters.ts';

export type PlaylistFormat = 'hls' | 'dash' | 'storyboard';

const FORMATS: Readonly<Record<string, PlaylistFormat>> = { m3u8: 'hls', mpd: 'dash', vtt: 'storyboard' };

/** What a path names: which playlist, and of what. */
export type PlaylistPlace =
  /** The permanent address of a video, whose pointer says what plays now. */
  | { readonly kind: 'permanent'; readonly name: string }
  /** A playlist of a revision's source, packaged just in time. */
  | { readonly kind: 'source'; readonly revision: number; readonly name: string }
  /** A playlist of an encode, as the encoder wrote it. */
  | { readonly kind: 'encode'; readonly key: string };

/** A valid request for a playlist. */
export interface PlaylistRequest {
  /** Raw path at the edge. */
  readonly path: string;
  readonly videoId: string;
  readonly place: PlaylistPlace;
  readonly format: PlaylistFormat;
  /** `Policy=…&Key-Pair-Id=…&Signature=…`, checked by `decodeCopy`. */
  readonly native: string;
  /** Value of `t`. */
  readonly copy: string;
  /** The clip's parameters, not yet checked. */
  readonly clip: RawClip;
}

/** Values of each parameter of a clip, in the order of the query. */
export type RawClip = Readonly<Record<(typeof CLIP_PARAMETERS)[number], readonly string[]>>;

/** Maximum length of a path at the edge. */
const MAX_PATH_LENGTH = 512;

const VIDEO = /^\/v\/(?<videoId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?<rest>.*\.(?<extension>m3u8|mpd|vtt))$/;
/** Files of a multivariant playlist or manifest, and of the media playlist of one track in fragments. */
const PERMANENT = /^index\.(?:m3u8|mpd)$/;
const SOURCE = /^(?<revision>[1-9]\d{0,8})\/mp4hls\/(?<name>index\.(?:m3u8|mpd)|fmp4-[1-9]\d{0,4}\.m3u8)$/;
/** `<revision>/<attemptId>/…/<name>`; no segment begins with a dot, which excludes `..`. */
const ENCODE = /^[1-9]\d{0,8}\/[a-z0-9]{8,32}(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){1,4}$/;

/**
 * Parses a request for a playlist. CloudFront has already checked the native signature against the path and removed it.
 * The alphabet of `t` is harmless in a playlist; whether it is a valid signature is for `copyVerifier` to check. Ignores
 * parameters that no playlist has, as the edge does.
 *
 * @param path raw, not percent-decoded
 * @param query raw
 * @returns undefined if the path or the copy of the signature is invalid
 */
export function parsePlaylistRequest(path: string, query: string): PlaylistRequest | undefined {
  const { videoId, rest = '', extension = '' } = (path.length <= MAX_PATH_LENGTH ? VIDEO.exec(path)?.groups : undefined) ?? {};
  const format = FORMATS[extension];
  const place = placeOf(rest, path);
  const parameters = new URLSearchParams(query);
  const [copy, ...others] = parameters.getAll(COPY_PARAMETER);
  const native = copy === undefined || others.length > 0 ? undefined : decodeCopy(copy);
  if (videoId === undefined || place === undefined || format === undefined) return undefined;
  if (copy === undefined || native === undefined) return undefined;
  const [start, end, trimming] = CLIP_PARAMETERS.map((name) => parameters.getAll(name));
  return { path, videoId, place, format, native, copy, clip: { start: start ?? [], end: end ?? [], trimming: trimming ?? [] } };
}

function placeOf(rest: string, path: string): PlaylistPlace | undefined {
  if (PERMANENT.test(rest)) return { kind: 'permanent', name: rest };
  const { revision, name } = SOURCE.exec(rest)?.groups ?? {};
  if (revision !== undefined && name !== undefined) return { kind: 'source', revision: Number(revision), name };
  return ENCODE.test(rest) ? { kind: 'encode', key: path.slice(1) } : undefined;
}
