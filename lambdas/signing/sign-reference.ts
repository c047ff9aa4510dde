import { COPY_PARAMETER } from './native-parameters.ts';
import { videoPrefix } from '../contracts/output-layout.ts';
import { isRelativeReference, type UriRewriter } from '../../media/uri-rewriter.ts';

/** The signature that one playlist hands on. */
export interface PlaylistSignature {
  /** Path at the edge, with its leading slash. */
  readonly playlistPath: string;
  readonly videoId: string;
  /** `Policy=…&Key-Pair-Id=…&Signature=…`, checked by `decodeCopy`. */
  readonly native: string;
  /** Value of `t`. */
  readonly copy: string;
}

/** Stands for the edge: what resolves to another authority than this one leaves the edge. */
const EDGE = 'https://edge.invalid';

const OWN_PARAMETERS = /(?:^|&)(?:Policy|Signature|Key-Pair-Id|Hash-Algorithm|Expires|t)(?:=|&|$)/;

const PLAYLIST_EXTENSION = /\.(?:m3u8|mpd|vtt)$/;

/**
 * The signature goes to references below the video's own path and nowhere else: another host must never learn it, and
 * for another path it would be worth nothing, since the policy names this one. Playlists get the copy too.
 */
export function referenceSigner({ playlistPath, videoId, native, copy }: PlaylistSignature): UriRewriter {
  const covered = `/${videoPrefix(videoId)}`;
  const playlistBase = new URL(playlistPath, EDGE);
  return {
    base: playlistBase,
    rewrite(reference, base = playlistBase) {
      if (!isRelativeReference(reference)) return reference;
      const target = URL.parse(reference, base.href);
      if (target === null || target.origin !== EDGE || !target.pathname.startsWith(covered)) return reference;
      if (OWN_PARAMETERS.test(target.search.slice(1))) return reference;
      const query = PLAYLIST_EXTENSION.test(target.pathname) ? `${native}&${COPY_PARAMETER}=${copy}` : native;
      return appendQuery(reference, query);
    },
  };
}

function appendQuery(reference: string, query: string): string {
  const hash = reference.indexOf('#');
  const beforeFragment = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? '' : reference.slice(hash);
  return `${beforeFragment}${beforeFragment.includes('?') ? '&' : '?'}${query}${fragment}`;
}
