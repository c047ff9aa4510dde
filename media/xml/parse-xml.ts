import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';

/** Position of a piece of text in the document, so that it can be replaced without touching anything else. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ParsedElement extends Span {
  /** Local name, without the namespace prefix. */
  readonly name: string;
  readonly parent: ParsedElement | undefined;
  readonly children: ParsedElement[];
  /** Positions of the values by name as written; the values are still escaped. */
  readonly attributes: ReadonlyMap<string, Span>;
  /** Position of the text of an element without children; it is still escaped. */
  text: Span | undefined;
}

/** Comment, CDATA section, processing instruction, or a tag with quoted values. */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s<>/!?="']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /\s+([^\s<>/="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/dg;

/**
 * Finds the elements of an XML document and their positions. Rejects a document type declaration, since it could define
 * entities.
 *
 * @returns the root element
 * @throws UnreadablePlaylistError if the text is not well formed
 */
export function parseXml(xml: string): ParsedElement {
  let root: ParsedElement | undefined;
  let open: ParsedElement | undefined;
  let last = 0;
  for (const markup of xml.matchAll(MARKUP)) {
    if (xml.slice(last, markup.index).includes('<')) throw unreadable();
    last = markup.index + markup[0].length;
    const [, closing, qualifiedName, attributes = '', selfClosing] = markup;
    if (qualifiedName === undefined) continue;
    const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
    if (closing === '/') {
      if (open?.name !== name) throw unreadable();
      if (open.children.length === 0) open.text = { start: open.end, end: markup.index };
      open = open.parent;
      continue;
    }
    const attributesStart = markup.index + 1 + qualifiedName.length;
    const element: ParsedElement = {
      name,
      parent: open,
      children: [],
      attributes: spansOf(attributes, attributesStart),
      text: undefined,
      start: markup.index,
      end: last,
    };
    if (open === undefined) {
      if (root !== undefined) throw unreadable();
      root = element;
    } else {
      open.children.push(element);
    }
    if (selfClosing !== '/') open = element;
  }
  if (root === undefined || open !== undefined || xml.slice(last).includes('<')) throw unreadable();
  return root;
}

function spansOf(attributes: string, offset: number): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const match of attributes.matchAll(ATTRIBUTE)) {
    const [start, end] = match.indices?.[2] ?? match.indices?.[3] ?? [0, 0];
    const name = match[1] ?? '';
    if (spans.has(name)) throw unreadable();
    spans.set(name, { start: offset + start, end: offset + end });
  }
  return spans;
}

function unreadable(): UnreadablePlaylistError {
  return new UnreadablePlaylistError('The manifest is not well-formed XML.');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Unescapes an attribute value or a text. Leaves entities that XML does not define unchanged. */
export function unescapeXml(escaped: string): string {
  return escaped.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? entity;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
