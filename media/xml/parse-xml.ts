import { TextScanner } from '../text-scanner.ts';
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
  /** End of the closing tag, or of a self-closing tag. */
  closeEnd: number;
}

/** Maximum depth of elements, so that readers may visit them recursively; a manifest has six levels. */
const MAX_DEPTH = 100;

const SPACE = /\s+/y;
const ELEMENT_NAME = /[^\s<>/!?="']+/y;
const ATTRIBUTE_NAME = /[^\s<>/="']+/y;

/**
 * Finds the elements of an XML document and their positions, in linear time. Rejects a document type declaration, since it
 * could define entities.
 *
 * @returns the root element
 * @throws UnreadablePlaylistError if the text is not well formed
 */
export function parseXml(xml: string): ParsedElement {
  const scanner = new TextScanner(xml);
  let root: ParsedElement | undefined;
  let open: ParsedElement | undefined;
  let depth = 0;
  while (scanner.takeUntil('<') !== undefined) {
    const start = scanner.position - 1;
    if (skipUnnamed(scanner)) continue;
    if (scanner.skip('/')) {
      if (open === undefined || takeName(scanner) !== open.name) throw unreadable();
      scanner.take(SPACE);
      if (!scanner.skip('>')) throw unreadable();
      if (open.children.length === 0) open.text = { start: open.end, end: start };
      open.closeEnd = scanner.position;
      open = open.parent;
      depth -= 1;
      continue;
    }
    const name = takeName(scanner);
    const { attributes, isClosed } = takeAttributes(scanner);
    const end = scanner.position;
    const element: ParsedElement = { name, parent: open, children: [], attributes, text: undefined, closeEnd: end, start, end };
    if (open !== undefined) open.children.push(element);
    else if (root === undefined) root = element;
    else throw unreadable();
    if (isClosed) continue;
    open = element;
    depth += 1;
    if (depth > MAX_DEPTH) throw new UnreadablePlaylistError('The elements of the manifest are nested too deeply.');
  }
  if (root === undefined || open !== undefined) throw unreadable();
  return root;
}

/** Moves past the rest of a comment, CDATA section or processing instruction. @returns whether there was one */
function skipUnnamed(scanner: TextScanner): boolean {
  const [, end] = [['!--', '-->'], ['![CDATA[', ']]>'], ['?', '?>']].find(([begin = '']) => scanner.skip(begin)) ?? [];
  if (end === undefined) return false;
  if (scanner.takeUntil(end) === undefined) throw unreadable();
  return true;
}

/** Takes the name of an element without its prefix. */
function takeName(scanner: TextScanner): string {
  const qualifiedName = scanner.take(ELEMENT_NAME);
  if (qualifiedName === '') throw unreadable();
  return qualifiedName.slice(qualifiedName.indexOf(':') + 1);
}

/** Takes the attributes and the end of a tag. */
function takeAttributes(scanner: TextScanner): { readonly attributes: ReadonlyMap<string, Span>; readonly isClosed: boolean } {
  const attributes = new Map<string, Span>();
  for (;;) {
    const space = scanner.take(SPACE);
    if (scanner.skip('>')) return { attributes, isClosed: false };
    if (scanner.skip('/>')) return { attributes, isClosed: true };
    const name = scanner.take(ATTRIBUTE_NAME);
    if (space === '' || name === '' || attributes.has(name)) throw unreadable();
    attributes.set(name, takeValue(scanner));
  }
}

/** Takes an equals sign and a quoted value. */
function takeValue(scanner: TextScanner): Span {
  scanner.take(SPACE);
  if (!scanner.skip('=')) throw unreadable();
  scanner.take(SPACE);
  const quote = ['"', "'"].find((one) => scanner.skip(one));
  const start = scanner.position;
  const value = quote === undefined ? undefined : scanner.takeUntil(quote);
  if (value === undefined || value.includes('<')) throw unreadable();
  return { start, end: start + value.length };
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
