import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { parsePlaylistRequest, type PlaylistFormat } from './playlist-request.ts';
import { rewriteDash } from '../../media/dash/rewrite-mpd.ts';
import { rewriteHls } from '../../media/hls/rewrite-playlist.ts';
import type { UriRewriter } from '../../media/uri-rewriter.ts';
import { rewriteStoryboard } from '../../media/webvtt/storyboard.ts';
import { referenceSigner } from '../signing/sign-reference.ts';
import type { VerifyCopy } from '../signing/verify-copy.ts';

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

/** Reads an object of the output bucket as UTF-8. @returns undefined if it is missing or not published */
export type ReadPlaylist = (key: string) => Promise<string | undefined>;

export interface PlaylistSources {
  readonly read: ReadPlaylist;
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

/**
 * Serves a playlist with the viewer's signature on every URI in it. Missing, unpublished and unsigned playlists, and forged
 * or expired signatures, get the same response, so that it reveals nothing. HEAD gets the same as GET, including the length; the server in front
 * removes the body. A preflight of a page on another site, whose signature CloudFront has checked, succeeds for any path:
 * the edge adds what it allows.
 *
 * @throws UnreadablePlaylistError if the object is not a playlist
 */
export async function servePlaylist(call: PlaylistCall, { read, verifyCopy }: PlaylistSources): Promise<PlaylistResponse> {
  if (call.method === 'OPTIONS') return { status: 204, headers: PRIVATE, body: Buffer.alloc(0) };
  if (call.method !== 'GET' && call.method !== 'HEAD') return refuse(405, 'Method Not Allowed');
  const request = parsePlaylistRequest(call.path, call.query);
  if (request === undefined || !verifyCopy(request.native, request.videoId)) return refuse(403, 'Forbidden');
  const text = await read(request.key);
  if (text === undefined) return refuse(403, 'Forbidden');
  const rewritten = REWRITERS[request.format](text, referenceSigner(request));
  const encoded = await encode(rewritten, call.acceptEncoding);
  return {
    status: 200,
    headers: { ...PRIVATE, 'content-type': CONTENT_TYPES[request.format], vary: 'Accept-Encoding', ...encoded.headers },
    body: encoded.body,
  };
}

/**
 * Compresses here, since CloudFront compresses only cacheable responses, and signatures make a playlist ten times as
 * long.
 */
async function encode(text: string, acceptEncoding: string): Promise<Pick<PlaylistResponse, 'headers' | 'body'>> {
  const plain = Buffer.from(text);
  if (!mayUseGzip(acceptEncoding)) return { headers: {}, body: plain };
  return { headers: { 'content-encoding': 'gzip' }, body: await promisify(gzip)(plain) };
}

/** Returns whether an Accept-Encoding header admits gzip (RFC 9110, section 12.5.3): `gzip` or `*`, unless its weight is zero. */
function mayUseGzip(acceptEncoding: string): boolean {
  const weights = new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((coding) => {
        const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith('q='));
        return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
      }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

function refuse(status: number, message: string): PlaylistResponse {
  return {
    status,
    headers: { ...PRIVATE, 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from(`${message}\n`),
  };
}
