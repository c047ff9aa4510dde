/** Reads an attribute list into values by name, without their quotes: RFC 8216, 4.2. */
export function parseAttributeList(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g)) {
    attributes.set(name, quoted ?? plain ?? '');
  }
  return attributes;
}
