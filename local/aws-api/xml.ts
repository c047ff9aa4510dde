import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { escapeMarkup } from '../http/escape-markup.ts';
import { ApiError } from './api-error.ts';

export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | XmlChildren;
export interface XmlChildren {
  readonly [name: string]: XmlValue;
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', processEntities: false });

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (reference, hex, decimal, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? reference;
    const point = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : reference;
  });
}

/** Narrows read-only arrays, unlike `Array.isArray`. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isValueList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeAll(value: XmlValue): XmlValue {
  if (typeof value === 'string') return escapeMarkup(value);
  if (isValueList(value)) return value.map((item) => escapeAll(item));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, escapeAll(item)]));
}

/**
 * Writes a document with its declaration. Arrays become repeated elements, undefined values are omitted, and names that
 * start with `@` become attributes.
 */
export function writeXml(root: string, content: XmlChildren | string, namespace?: string): string {
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace };
  const children = typeof content === 'string' ? { '#text': content } : content;
  const document = { [root]: escapeAll({ ...attributes, ...children }) };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  // The library limits the entities of a document, and a list of a thousand keys exceeds that; decoded below instead.
  processEntities: false,
  tagValueProcessor: (_name, value) => unescapeText(value),
});

/** Parsed element: its text, or its children by name, with an array for repeated ones. */
export type XmlNode = string | { readonly [name: string]: unknown };

function isElement(value: unknown): value is XmlNode {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function malformedXmlError(cause?: unknown): ApiError {
  return new ApiError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
    { cause },
  );
}

/**
 * Parses a document and returns the content of its root element; values are text with their spaces.
 *
 * @throws ApiError `MalformedXML` if the document is not well-formed, has a DOCTYPE or another root element
 */
export function readXml(text: string, root: string): XmlNode {
  if (/<!DOCTYPE/i.test(text)) throw malformedXmlError();
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch (error) {
    throw malformedXmlError(error);
  }
  const [element] = isElement(parsed) ? findChildren(parsed, root) : [];
  if (element === undefined) throw malformedXmlError();
  return element;
}

/** Returns the children of that name. */
export function findChildren(element: XmlNode, name: string): readonly XmlNode[] {
  if (typeof element === 'string' || !Object.hasOwn(element, name)) return [];
  const children = element[name];
  return (isList(children) ? children : [children]).filter(isElement);
}

/** Returns the text of the first child of that name. */
export function findChildText(element: XmlNode, name: string): string | undefined {
  const [child] = findChildren(element, name);
  return typeof child === 'string' ? child : undefined;
}
