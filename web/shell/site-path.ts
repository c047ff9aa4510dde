/**
 * Returns the path and query of a page of this site, normalized, or null for anything else: the URL of another site, or a
 * text that a browser reads as one, such as `//other.example`, `/\other.example`, `/.//other.example` or `javascript:`.
 * Browsers ignore tabs and line breaks in URLs, and read a backslash as a slash, so only the parsed URL can be trusted.
 * https://url.spec.whatwg.org/#url-parsing
 */
export function toSitePath(text: string): string | null {
  if (!text.startsWith('/') || !URL.canParse(text, location.origin)) return null;
  const { origin, pathname, search, hash } = new URL(text, location.origin);
  // A path that begins with two slashes would be another site as soon as it stands in a link.
  if (origin !== location.origin || pathname.startsWith('//') || !isDecodable(pathname)) return null;
  return pathname + search + hash;
}

/** Returns whether the router can decode a path. The bundler drops a call whose result is not used. */
function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}
