import stringWidth from 'string-width';

const ELLIPSIS = '…';

/** Characters that move the cursor, start an escape sequence, or reorder the text around them. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Returns a text, such as a file name, with each control character written as an escape, so that it cannot act on a terminal. */
export function escapeControls(text: string): string {
  return text.replaceAll(UNPRINTABLE, escapeCharacter);
}

/** Does the same for text of several lines, whose line breaks and tabs stay. */
export function escapeControlsInLines(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : escapeCharacter(character),
  );
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Cuts a text to a number of terminal columns, at the border of a grapheme, with an ellipsis in place of the rest. */
export function cutToColumns(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let cut = '';
  let width = stringWidth(ELLIPSIS);
  if (width > columns) return '';
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    cut += segment;
  }
  return `${cut}${ELLIPSIS}`;
}

/** Appends spaces until a text is as wide as a number of terminal columns. */
export function padToColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** Returns the number of terminal columns that the widest of some texts takes. */
export function widestOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}
