import { addStartTime } from '../player/start-time.ts';

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface Embedded {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Time at which it starts; null for the beginning. */
  readonly startSeconds: number | null;
}

/** Returns the HTML to embed a video. It keeps the aspect ratio at any width; `allow` grants what frames lack by default. */
export function writeEmbedSnippet(origin: string, { id, title, width, height, startSeconds }: Embedded): string {
  const url = addStartTime(`${origin}/embed/${id}`, startSeconds);
  return `<iframe src="${escape(url)}" title="${escape(title)}" ` +
  `style="width:100%;aspect-ratio:${width}/${height};border:0" loading="lazy" ` +
  'allow="fullscreen; picture-in-picture" allowfullscreen></iframe>';
}
