/** A character that a text must not contain. */
export interface FoundCharacter {
  /** Code point, such as `U+202E`. */
  readonly name: string;
  /** Number of the character in the text, counted in Unicode code points from 1. */
  readonly position: number;
}

/** Describes the character at an index of UTF-16 code units; undefined for -1. */
export function describeCharacter(text: string, index: number): FoundCharacter | undefined {
  const codePoint = index === -1 ? undefined : text.codePointAt(index);
  if (codePoint === undefined) return undefined;
  const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  return { name, position: Array.from(text.slice(0, index)).length + 1 };
}
