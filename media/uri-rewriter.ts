/**
 * Rewrites the references of one manifest, for example to add a signature. The manifest may be served at another address than
 * its own. References of the manifest itself are then rebased first: `rebaseReference`.
 */
export interface UriRewriter {
  /** Address at which the manifest is stored, against which its references are resolved. */
  readonly base: URL;
  /** Address at which it is served, of the same origin. @default base */
  readonly served?: URL;
  /**
   * Returns the new reference, or the same one if it must not change.
   *
   * @param base address against which a player resolves it. @default the address at which the manifest is stored
   */
  rewrite(reference: string, base?: URL): string;
}

/**
 * A relative reference in the characters of RFC 3986, section 4.2, with neither `//authority` nor a scheme. Excludes
 * everything that parsers read differently: backslashes, spaces, control characters, unsubstituted variables in braces.
 */
const RELATIVE_REFERENCE = /^(?!\/\/)(?![A-Za-z][A-Za-z0-9+.-]*:)[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;

/** Returns whether all parsers agree that a reference is relative, and so cannot name another host. */
export function isRelativeReference(reference: string): boolean {
  return RELATIVE_REFERENCE.test(reference);
}

/** Rebases a reference of a manifest to the address at which the manifest is served, then rewrites it. */
export function rewriteReference(reference: string, uris: UriRewriter): string {
  const { base, served = base } = uris;
  return uris.rewrite(rebaseReference(reference, base, served), served);
}

/**
 * Returns a reference that leads from the address at which a manifest is served to where the original leads from the address at
 * which the manifest is stored. It is the path below the served manifest's folder if it can be, otherwise an absolute path:
 * never one that climbs with `..`, which players and proxies resolve differently.
 *
 * @returns the same reference if it leads to the same place from both, or is not plainly relative
 */
export function rebaseReference(reference: string, stored: URL, served: URL): string {
  if (stored.href === served.href || !isRelativeReference(reference)) return reference;
  const target = URL.parse(reference, stored.href);
  if (target === null || target.origin !== served.origin) return reference;
  if (URL.parse(reference, served.href)?.href === target.href) return reference;
  const path = absolutePath(target);
  const folder = folderOf(served);
  const below = path.startsWith(folder) ? path.slice(folder.length) : '';
  // A colon in the first segment would be read as the end of a scheme: RFC 3986, 4.2.
  return /^[^/:?#]+(?:[/?#]|$)/.test(below) ? below : path;
}

/** Returns the path of an address with its query and fragment. Two slashes at the start would be read as an authority. */
export function absolutePath({ pathname, search, hash }: URL): string {
  return `${pathname.startsWith('//') ? '/.' : ''}${pathname}${search}${hash}`;
}

/** Returns the path of an address up to its last slash. */
export function folderOf({ pathname }: URL): string {
  return pathname.slice(0, pathname.lastIndexOf('/') + 1);
}
