const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** For another page. It keeps its shape at any width; `allow` names what a frame is not given by itself. */
export const embedSnippet = (origin: string, videoId: string, title: string): string =>
  `<iframe src="${escape(origin)}/embed/${escape(videoId)}" title="${escape(title)}" ` +
  'style="width:100%;aspect-ratio:16/9;border:0" loading="lazy" ' +
  'allow="fullscreen; picture-in-picture" allowfullscreen></iframe>';
