export type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** One element with its children indented by two spaces; an attribute that is undefined is left out. */
export function element(name: string, attributes: XmlAttributes, children: readonly string[] | string = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`)
    .join('');
  if (typeof children === 'string') return `<${name}${written}>${escape(children)}</${name}>`;
  if (children.length === 0) return `<${name}${written}/>`;
  const indented = children.join('\n').replaceAll(/^/gm, '  ');
  return `<${name}${written}>\n${indented}\n</${name}>`;
}
