import { removeBidiControls } from '../text/bidi-controls.ts';
import { replaceControlCharacters } from '../text/control-characters.ts';
import { cutText } from '../text/cut-text.ts';
import { hasVisibleCharacter } from '../text/has-visible-character.ts';

/** Maximum title length, in Unicode code points. */
export const MAX_TITLE_LENGTH = 200;

/**
 * Ending of a file name: a dot, then two to five ASCII letters or digits of which one is a letter, as in `.mp4`, `.3gp` or
 * `.webm`. The tails of `Lecture No. 5`, `제1강. 서론`, `Part 1.5` and `U.S.A` are not endings.
 */
const ENDING = /(?<=.)\.(?=\d*[A-Za-z])[A-Za-z\d]{2,5}$/su;

/**
 * Returns the title of a key or file name: its last part without the ending and without bidi controls, composed (NFC), cut
 * to the maximum length. Spaces replace other control characters.
 * A part without a visible character is replaced by the whole key, and that by a fixed text.
 */
export function titleOf(key: string): string {
  const name = key.split('/').findLast((part) => part !== '') ?? '';
  const titles = [name.trim().replace(ENDING, ''), name, key].map(toTitle);
  return titles.find(hasVisibleCharacter) ?? 'Untitled';
}

function toTitle(text: string): string {
  const composed = removeBidiControls(text.toWellFormed()).normalize('NFC');
  const line = replaceControlCharacters(composed, 'line', ' ');
  return cutText(line.trim(), MAX_TITLE_LENGTH).trim();
}
