import { cutText } from '../../catalog/text/cut-text.ts';
import { escapeXml } from '../../media/xml/write-xml.ts';

/** Preview of a public video. */
export interface LinkPreview {
  /** Scheme and authority of the pages. */
  readonly origin: string;
  readonly videoId: string;
  readonly title: string;
  readonly description: string;
  /** Signed URL of the poster; null while the video cannot be played. */
  readonly posterUrl: string | null;
}

/** Maximum length of a description, in code points. Sites that show previews cut longer ones. */
const MAX_DESCRIPTION_LENGTH = 300;

/**
 * Writes the title of a document and the tags from which other sites make a preview of a link to it.
 * https://ogp.me, https://developer.x.com/en/docs/x-for-websites/cards/overview/markup
 */
export function writePreviewTags({ origin, videoId, title, description, posterUrl }: LinkPreview): string {
  const summary = shorten(description);
  const tags: readonly (readonly [kind: 'name' | 'property', name: string, content: string])[] = [
    ...(summary === '' ? [] : [['name', 'description', summary] as const]),
    ['property', 'og:site_name', 'Sluice'],
    ['property', 'og:type', 'video.other'],
    ['property', 'og:url', `${origin}/videos/${videoId}`],
    ['property', 'og:title', title],
    ...(summary === '' ? [] : [['property', 'og:description', summary] as const]),
    ...(posterUrl === null ? [] : playableTags(`${origin}/embed/${videoId}`, title, posterUrl)),
    ['name', 'twitter:card', posterUrl === null ? 'summary' : 'summary_large_image'],
  ];
  const lines = [
    `<title>${escapeXml(title)} · Sluice</title>`,
    `<link rel="canonical" href="${escapeXml(`${origin}/videos/${videoId}`)}" />`,
    ...tags.map(([kind, name, content]) => `<meta ${kind}="${name}" content="${escapeXml(content)}" />`),
  ];
  return lines.join('\n    ');
}

function playableTags(embedUrl: string, title: string, posterUrl: string) {
  return [
    ['property', 'og:image', posterUrl],
    ['property', 'og:image:type', 'image/jpeg'],
    ['property', 'og:image:alt', title],
    ['property', 'og:video', embedUrl],
    ['property', 'og:video:type', 'text/html'],
    ['property', 'og:video:width', '1280'],
    ['property', 'og:video:height', '720'],
  ] as const;
}

function shorten(description: string): string {
  const text = description.replaceAll(/\s+/g, ' ').trim();
  const cut = cutText(text, MAX_DESCRIPTION_LENGTH - 1);
  return cut === text ? text : `${cut}…`;
}
