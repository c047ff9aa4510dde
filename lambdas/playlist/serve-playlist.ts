import { rewriteDash } from '../../media/dash/rewrite-mpd.ts';
import { rewriteHls } from '../../media/hls/rewrite-playlist.ts';
import type { UriRewriter } from '../../media/uri-rewriter.ts';
import { rewriteStoryboard } from '../../media/webvtt/storyboard.ts';
import { referenceSigner } from '../signing/sign-reference.ts';
import type { VerifyCopy } from '../signing/verify-copy.ts';
import { encodeText } from './compress.ts';
import { findPlaylist, type PlaylistObjects } from './find-playlist.ts';
import { parsePlaylistRequest, type PlaylistFormat } from './playlist-request.ts';
import { MAX_TEXT_LENGTH } from './playlist-objects.ts';
import { FORBIDDEN, METHOD_NOT_ALLOWED, notFound, type Refusal, RETRY_AFTER_SECONDS } from './refusal.ts';

/** Request of a viewer, as the edge forwards it. */
export interface PlaylistCall {
  readonly method: string;
  /** Raw, not percent-decoded. */
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
  readonly acceptEncoding: string;
}

export interface PlaylistResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface PlaylistSources {
  readonly objects: PlaylistObjects;
  /** Called before anything is read, so that a forged request costs nothing but the function's time. */
  readonly verifyCopy: VerifyCopy;
}

const CONTENT_TYPES: Readonly<Record<PlaylistFormat, string>> = {
  hls: 'application/vnd.apple.mpegurl',
  dash: 'application/dash+xml',
  storyboard: 'text/vtt; charset=utf-8',
};

const REWRITERS: Readonly<Record<PlaylistFormat, (text: string, uris: UriRewriter) => string>> = {
  hls: rewriteHls,
  dash: rewriteDash,
  storyboard: rewriteStoryboard,
};

/** Headers against shared caching: the body contains this viewer's signature. */
const PRIVATE = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' } as const;

const TOO_LONG = notFound('The playlist is too long. Request a part of the video with start and end.');

/**
 * Serves a playlist with the viewer's signature on every URI in it. Missing, unpublished and unsigned playlists, and forged
 * or expired signatures, get the same response, so that it reveals nothing. HEAD gets the same as GET, including the length; the
 * server in front removes the body. A preflight of a page on another site, whose signature CloudFront has checked, succeeds for any path:
 * the edge adds what it allows.
 *
 * @throws UnreadablePlaylistError if the object is not a playlist; what storage threw
 */
export async function servePlaylist(call: PlaylistCall, { objects, verifyCopy }: PlaylistSources): Promise<PlaylistResponse> {
  if (call.method === 'OPTIONS') return { status: 204, headers: PRIVATE, body: Buffer.alloc(0) };
  if (call.method !== 'GET' && call.method !== 'HEAD') return refuse(METHOD_NOT_ALLOWED);
  const request = parsePlaylistRequest(call.path, call.query);
  if (request === undefined || !verifyCopy(request.native, request.videoId)) return refuse(FORBIDDEN);
  const found = await findPlaylist(request, objects);
  if (found.kind === 'refused') return refuse(found);
  if (found.text.length > MAX_TEXT_LENGTH) return refuse(TOO_LONG);
  const { videoId, native, copy, format } = request;
  const uris = referenceSigner({ playlistPath: found.storedPath, servedPath: call.path, videoId, native, copy });
  const encoded = await encodeText(REWRITERS[format](found.text, uris), call.acceptEncoding);
  if (encoded === undefined) return refuse(TOO_LONG);
  return {
    status: 200,
    headers: { ...PRIVATE, 'content-type': CONTENT_TYPES[format], vary: 'Accept-Encoding', ...encoded.headers },
    body: encoded.body,
  };
}

/** Returns a response without a playlist. It is never empty. */
export function refuse({ status, message }: Pick<Refusal, 'message'> & { readonly status: number }): PlaylistResponse {
  return {
    status,
    headers: {
      ...PRIVATE,
      'content-type': 'text/plain; charset=utf-8',
      ...(status === 503 && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    },
    body: Buffer.from(`${message}\n`),
  };
}
