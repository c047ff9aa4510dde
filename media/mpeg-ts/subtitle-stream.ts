import type { Descriptor, ElementaryStream } from './program-map.ts';

/** Presentation graphics and text subtitles of Blu-ray and AVCHD. */
const BLU_RAY_TYPES: ReadonlySet<number> = new Set([0x90, 0x92]);
const PRIVATE_DATA = 0x06;

/** ETSI EN 300 468: 6.2.42 Subtitling, 6.2.44 Teletext, 6.2.17 Extension, and its TTML subtitling (EN 303 560, 5.2.1). */
const [SUBTITLING, TELETEXT, EXTENSION, TTML] = [0x59, 0x56, 0x7f, 0x20];
/** ARIB STD-B10, Part 2, 6.2.20 Data component, and the number of captions: ARIB STD-B24, Volume 1, Part 3. */
const [DATA_COMPONENT, ARIB_CAPTIONS] = [0xfd, 0x0008];
/** Types of teletext pages with subtitles, the second for the hearing impaired: EN 300 468, Table 100. */
const SUBTITLE_PAGES: ReadonlySet<number> = new Set([0x02, 0x05]);

/** Returns whether a stream holds subtitles. */
export function isSubtitleStream({ type, descriptors }: ElementaryStream): boolean {
  return BLU_RAY_TYPES.has(type) || (type === PRIVATE_DATA && descriptors.some(describesSubtitles));
}

function describesSubtitles({ tag, content }: Descriptor): boolean {
  if (tag === TELETEXT) return hasSubtitlePage(content);
  if (tag === EXTENSION) return content[0] === TTML;
  if (tag === DATA_COMPONENT) return (content[0] ?? 0) * 256 + (content[1] ?? 0) === ARIB_CAPTIONS;
  return tag === SUBTITLING;
}

/** Reads five-byte entries: a language, type and magazine, and the page. */
function hasSubtitlePage(content: Uint8Array): boolean {
  for (let at = 0; at + 5 <= content.length; at += 5) if (SUBTITLE_PAGES.has((content[at + 3] ?? 0) >> 3)) return true;
  return false;
}
