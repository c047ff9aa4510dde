export type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes text for use inside an element or a quoted attribute. */
export function escapeXml(plain: string): string {
  return plain.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Writes one element, its children indented by two spaces. Leaves out attributes that are undefined. */
export function writeElement(
  name: string,
  attributes: XmlAttributes,
  children: readonly string[] | string = [],
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  if (typeof children === 'string') return `<${name}${written}>${escapeXml(children)}</${name}>`;
  if (children.length === 0) return `<${name}${written}/>`;
  const indented = children.join('\n').replaceAll(/^/gm, '  ');
  return `<${name}${written}>\n${indented}\n</${name}>`;
}
