/** Returns the JSON pointer of a member. https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
