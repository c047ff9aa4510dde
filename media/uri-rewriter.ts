/** Rewrites the URI references of one manifest, for example to add a signature. */
export interface UriRewriter {
  /** Address of the manifest, against which its references are resolved. */
  readonly base: URL;
  /** @returns the new reference, or the same one if it must not change */
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
