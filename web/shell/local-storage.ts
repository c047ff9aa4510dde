/**
 * Reads a text from the browser's storage; null if there is none, or if the browser blocks storage, in which case
 * reading `localStorage` itself throws a `SecurityError`. https://html.spec.whatwg.org/#dom-localstorage
 */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a text and returns whether it was stored: storage may be blocked or full. */
export function writeStored(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

/** Removes a stored text; does nothing if storage is blocked. */
export function removeStored(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Blocked storage keeps nothing that could be removed.
  }
}

/** Returns whether the browser blocks storage for this site, as Firefox does when all cookies are blocked. */
export function isStorageBlocked(): boolean {
  try {
    return localStorage === null;
  } catch {
    return true;
  }
}

/** Returns whether an error says that the browser's storage is blocked or full. */
export function isStorageError(error: unknown): boolean {
  return error instanceof DOMException && ['SecurityError', 'QuotaExceededError'].includes(error.name);
}
