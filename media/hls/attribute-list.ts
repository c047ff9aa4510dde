import { TextScanner } from '../text-scanner.ts';

/** One attribute of a list. */
export interface Attribute {
  readonly name: string;
  /** Its value without quotes. */
  readonly value: string;
  readonly isQuoted: boolean;
  /** Position of the value in the list, in UTF-16 code units, quotes included. */
  readonly start: number;
  readonly end: number;
}

const NAME = /[A-Z0-9-]+/y;
const OTHER = /[^A-Z0-9-]+/y;
const UNQUOTED = /[^,"]+/y;

/** Finds the attributes of a list: RFC 8216, 4.2. Whatever is not an attribute is skipped. Takes linear time. */
export function findAttributes(list: string): readonly Attribute[] {
  const scanner = new TextScanner(list);
  const attributes: Attribute[] = [];
  while (!scanner.isAtEnd) {
    scanner.take(OTHER);
    const name = scanner.take(NAME);
    if (!scanner.skip('=')) continue;
    const start = scanner.position;
    const isQuoted = scanner.skip('"');
    const value = isQuoted ? scanner.takeUntil('"') : scanner.take(UNQUOTED);
    if (name !== '' && value !== undefined) attributes.push({ name, value, isQuoted, start, end: scanner.position });
  }
  return attributes;
}

/** Reads an attribute list into values by name, without their quotes. */
export function parseAttributeList(list: string): ReadonlyMap<string, string> {
  return new Map(findAttributes(list).map(({ name, value }) => [name, value]));
}

/**
 * Replaces values of a list and leaves everything else unchanged.
 *
 * @param change returns the new value, with its quotes if it has any; undefined keeps the old one
 */
export function replaceValues(list: string, change: (attribute: Attribute) => string | undefined): string {
  let last = 0;
  const pieces = findAttributes(list).flatMap((attribute) => {
    const changed = change(attribute);
    if (changed === undefined) return [];
    const before = list.slice(last, attribute.start);
    last = attribute.end;
    return [before, changed];
  });
  return [...pieces, list.slice(last)].join('');
}
