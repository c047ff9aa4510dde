import { COPY_PARAMETER, decodeCopy } from '../signing/native-parameters.ts';
import type { PlaylistSignature } from '../signing/sign-reference.ts';

export type PlaylistFormat = 'hls' | 'dash' | 'storyboard';

const FORMATS: Readonly<Record<string, PlaylistFormat>> = { m3u8: 'hls', mpd: 'dash', vtt: 'storyboard' };

/** A valid request for a playlist. */
export interface PlaylistRequest extends PlaylistSignature {
  /** Key in the output bucket. */
  readonly key: string;
  readonly format: PlaylistFormat;
}

/**
 * `/v/<videoId>/<revision>/<attemptId>/…/<name>.m3u8`, `.mpd` or `.vtt`; no segment begins with a dot, which excludes
 * `..`.
 */
const PLAYLIST_PATH =
  /^\/(v\/(?<videoId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/[1-9]\d{0,8}\/[a-z0-9]{8,32}(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){1,4}\.(?<extension>m3u8|mpd|vtt))$/;

/**
 * Parses a request for a playlist. CloudFront has already checked the native signature against the path and removed it.
 * The alphabet of `t` is harmless in a playlist; whether it is a valid signature is for `copyVerifier` to check.
 *
 * @param path raw, not percent-decoded
 * @param query raw
 * @returns undefined if the path or the copy of the signature is invalid
 */
export function parsePlaylistRequest(path: string, query: string): PlaylistRequest | undefined {
  const match = path.length <= 512 ? PLAYLIST_PATH.exec(path) : null;
  const { videoId, extension = '' } = match?.groups ?? {};
  const format = FORMATS[extension];
  const copies = new URLSearchParams(query).getAll(COPY_PARAMETER);
  const [copy] = copies;
  if (videoId === undefined || format === undefined || copy === undefined || copies.length !== 1) return undefined;
  const native = decodeCopy(copy);
  if (native === undefined) return undefined;
  return {
    key: path.slice(1),
    playlistPath: path,
    videoId,
    format,
    native,
    copy,
  };
}
