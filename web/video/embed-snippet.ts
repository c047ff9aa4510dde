function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface Embedded {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** For another page. It keeps the video's shape at any width; `allow` names what a frame is not given by itself. */
export function embedSnippet(origin: string, { id, title, width, height }: Embedded): string {
  return `<iframe src="${escape(origin)}/embed/${escape(id)}" title="${escape(title)}" ` +
  `style="width:100%;aspect-ratio:${width}/${height};border:0" loading="lazy" ` +
  'allow="fullscreen; picture-in-picture" allowfullscreen></iframe>';
}
