import { describeCharacter, type FoundCharacter } from './found-character.ts';

/** A text of one line, such as a title, or one with lines and tabs, such as a description. */
export type TextShape = 'line' | 'lines';

/** The last two code points of each plane and U+FDD0 to U+FDEF: https://www.unicode.org/faq/private_use.html#nonchar1 */
const NONCHARACTERS = `\\uFDD0-\\uFDEF${Array.from({ length: 17 }, (_, plane) => {
  const hex = plane === 0 ? '' : plane.toString(16);
  return `\\u{${hex}FFFE}\\u{${hex}FFFF}`;
}).join('')}`;
/** Tags spell a hidden text in ASCII: https://www.unicode.org/charts/PDF/UE0000.pdf */
const TAGS = '\\u{E0000}-\\u{E007F}';
/** Separators that start a line or paragraph in some programs only. */
const SEPARATORS = '\\u2028\\u2029';
const OTHERS = `\\x7F-\\x9F${SEPARATORS}${NONCHARACTERS}${TAGS}`;
/** The flags of England, Scotland and Wales, the only emoji with tags: https://www.unicode.org/reports/tr51/#valid-emoji-tag-sequences */
const FLAGS = ['gbeng', 'gbsct', 'gbwls'].map((region) => {
  const tags = Array.from(region, (letter) => `\\u{E00${letter.charCodeAt(0).toString(16)}}`);
  return `(?:\\u{1F3F4}${tags.join('')}\\u{E007F})`;
});

/** Matches flags, which may stay, or a run of forbidden characters, as the group `bad`. */
const PATTERNS: Readonly<Record<TextShape, RegExp>> = {
  line: new RegExp(`${FLAGS.join('|')}|(?<bad>[\\0-\\x1F${OTHERS}]+)`, 'gu'),
  lines: new RegExp(`${FLAGS.join('|')}|(?<bad>(?:\\r(?!\\n)|[\\0-\\x08\\v\\f\\x0E-\\x1F${OTHERS}])+)`, 'gu'),
};

/**
 * Finds the first character that does not belong in a text: a control character, a line or paragraph separator, a noncharacter, or a tag
 * outside a flag. Texts of several lines may contain tabs and line feeds, also after carriage returns.
 */
export function findControlCharacter(text: string, shape: TextShape): FoundCharacter | undefined {
  for (const match of text.matchAll(PATTERNS[shape])) {
    if (match.groups?.['bad'] !== undefined) return describeCharacter(text, match.index);
  }
  return undefined;
}

/** Replaces each run of characters that `findControlCharacter` finds. */
export function replaceControlCharacters(text: string, shape: TextShape, replacement: '' | ' '): string {
  return text.replaceAll(PATTERNS[shape], (match: string) => (match.startsWith('\u{1F3F4}') ? match : replacement));
}
