import { videoPrefix } from '../contracts/output-layout.ts';
import { COPY_PARAMETER } from '../contracts/playlist-parameters.ts';
import { folderOf, isRelativeReference, type UriRewriter } from '../../media/uri-rewriter.ts';

/** Signature that a playlist passes on to its URIs. */
export interface PlaylistSignature {
  /** Path at the edge at which the playlist is stored, with its leading slash. */
  readonly playlistPath: string;
  /** Path at which it is served. @default the path at which it is stored */
  readonly servedPath?: string | undefined;
  readonly videoId: string;
  /** `Policy=…&Key-Pair-Id=…&Signature=…`, checked by `decodeCopy`. */
  readonly native: string;
  /** Value of `t`. */
  readonly copy: string;
}

/** Placeholder for the edge: a reference that resolves to any other authority is not signed. */
const EDGE = 'https://edge.invalid';

const OWN_PARAMETERS = /(?:^|&)(?:Policy|Signature|Key-Pair-Id|Hash-Algorithm|Expires|t)(?:=|&|$)/;

/** A name in the folder of the address that it is resolved against, which nobody resolves differently. */
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

const PLAYLIST_EXTENSION = /\.(?:m3u8|mpd|vtt)$/;

/**
 * Returns a signer that signs only references below the video's own path: other hosts must never learn the signature,
 * and the policy covers no other path. References to playlists also get the copy.
 */
export function referenceSigner(signature: PlaylistSignature): UriRewriter {
  const { playlistPath, servedPath = playlistPath, videoId, native, copy } = signature;
  const covered = `/${videoPrefix(videoId)}`;
  const playlistBase = new URL(playlistPath, EDGE);
  const queryOfPlaylist = `${native}&${COPY_PARAMETER}=${copy}`;
  const queryFor = (path: string): string => (PLAYLIST_EXTENSION.test(path) ? queryOfPlaylist : native);
  return {
    base: playlistBase,
    served: servedPath === playlistPath ? playlistBase : new URL(servedPath, EDGE),
    rewrite(reference, base = playlistBase) {
      // A playlist has thousands of these, and parsing them takes most of the time.
      if (FILE_NAME.test(reference) && base.origin === EDGE && folderOf(base).startsWith(covered))
        return `${reference}?${queryFor(reference)}`;
      if (!isRelativeReference(reference)) return reference;
      const target = URL.parse(reference, base.href);
      if (target === null || target.origin !== EDGE || !target.pathname.startsWith(covered)) return reference;
      if (OWN_PARAMETERS.test(target.search.slice(1))) return reference;
      return appendQuery(reference, queryFor(target.pathname));
    },
  };
}

function appendQuery(reference: string, query: string): string {
  const hash = reference.indexOf('#');
  const beforeFragment = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? '' : reference.slice(hash);
  return `${beforeFragment}${beforeFragment.includes('?') ? '&' : '?'}${query}${fragment}`;
}
