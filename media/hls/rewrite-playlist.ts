import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import type { ReferenceSigner } from '../../lambdas/signing/sign-reference.ts';

/**
 * Attributes that hold a URI: `URI` of EXT-X-MAP, EXT-X-MEDIA, EXT-X-I-FRAME-STREAM-INF, EXT-X-IMAGE-STREAM-INF,
 * EXT-X-KEY, EXT-X-SESSION-KEY, EXT-X-SESSION-DATA, EXT-X-PART, EXT-X-PRELOAD-HINT, EXT-X-RENDITION-REPORT;
 * `SERVER-URI` of EXT-X-CONTENT-STEERING; those of interstitials in EXT-X-DATERANGE.
 */
const URI_ATTRIBUTES = new Set(['URI', 'SERVER-URI', 'X-ASSET-URI', 'X-ASSET-LIST']);

/** One attribute, as RFC 8216, section 4.2 writes them: a quoted string, or anything up to the next comma. */
const ATTRIBUTE = /([A-Z0-9-]+)=("[^"]*"|[^,"]*)/g;

/**
 * Signs every URI of an HLS playlist, multivariant or media; everything else, byte ranges and line ends included, stays
 * as it is.
 * https://datatracker.ietf.org/doc/html/rfc8216#section-4.1
 *
 * @throws UnreadablePlaylistError if the text does not begin with EXTM3U
 */
export function rewriteHls(text: string, signer: ReferenceSigner): string {
  if (!/^#EXTM3U[ \t]*(\r?\n|$)/.test(text)) throw new UnreadablePlaylistError('The playlist does not begin with #EXTM3U.');
  return text.replace(/[^\r\n]+/g, (line) => rewriteLine(line, signer));
}

function rewriteLine(line: string, signer: ReferenceSigner): string {
  if (!line.startsWith('#')) return signer.sign(line);
  const [tag] = /^#EXT-X-[A-Z0-9-]+:/.exec(line) ?? [];
  if (tag === undefined) return line;
  const attributes = line.slice(tag.length).replace(ATTRIBUTE, (attribute, name: string, value: string) => {
    if (!URI_ATTRIBUTES.has(name) || !value.startsWith('"')) return attribute;
    return `${name}="${signer.sign(value.slice(1, -1))}"`;
  });
  return tag + attributes;
}
