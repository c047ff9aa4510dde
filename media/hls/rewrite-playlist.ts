import { replaceValues } from './attribute-list.ts';
import { completeMultivariant } from './complete-multivariant.ts';
import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import { rewriteReference, type UriRewriter } from '../uri-rewriter.ts';

/**
 * Attributes that hold a URI: `URI` of EXT-X-MAP, EXT-X-MEDIA, EXT-X-I-FRAME-STREAM-INF, EXT-X-IMAGE-STREAM-INF,
 * EXT-X-KEY, EXT-X-SESSION-KEY, EXT-X-SESSION-DATA, EXT-X-PART, EXT-X-PRELOAD-HINT, EXT-X-RENDITION-REPORT;
 * `SERVER-URI` of EXT-X-CONTENT-STEERING; those of interstitials in EXT-X-DATERANGE.
 */
const URI_ATTRIBUTES = new Set(['URI', 'SERVER-URI', 'X-ASSET-URI', 'X-ASSET-LIST']);

/**
 * Rebases and rewrites every URI of an HLS playlist, multivariant or media, and completes a multivariant one. Leaves everything
 * else unchanged, including byte ranges and line endings: RFC 8216, 4.1.
 *
 * @throws UnreadablePlaylistError if the text does not begin with EXTM3U
 */
export function rewriteHls(text: string, uris: UriRewriter): string {
  if (!/^#EXTM3U[ \t]*(\r?\n|$)/.test(text))
    throw new UnreadablePlaylistError('The playlist does not begin with #EXTM3U.');
  return completeMultivariant(text).replace(/[^\r\n]+/g, (line) => rewriteLine(line, uris));
}

function rewriteLine(line: string, uris: UriRewriter): string {
  if (!line.startsWith('#')) return rewriteReference(line, uris);
  const [tag] = /^#EXT-X-[A-Z0-9-]+:/.exec(line) ?? [];
  if (tag === undefined) return line;
  const rewritten = replaceValues(line.slice(tag.length), ({ name, value, isQuoted }) =>
    isQuoted && URI_ATTRIBUTES.has(name) ? `"${rewriteReference(value, uris)}"` : undefined,
  );
  return tag + rewritten;
}
