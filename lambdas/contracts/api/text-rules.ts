// Rules for texts that the pages apply too. Unlike the schemas, they bring no library into the pages.
export { findBidiControl, removeBidiControls } from '../../../catalog/text/bidi-controls.ts';
export { findControlCharacter, type TextShape } from '../../../catalog/text/control-characters.ts';
export { countCharacters } from '../../../catalog/text/count-characters.ts';
export { foldText } from '../../../catalog/text/fold-text.ts';
export { hasVisibleCharacter } from '../../../catalog/text/has-visible-character.ts';
export { searchWords } from '../../../catalog/text/search-words.ts';
export { MAX_TITLE_LENGTH, titleOf } from '../../../catalog/videos/title-of.ts';

/** Maximum length of a description, in Unicode code points. */
export const MAX_DESCRIPTION_LENGTH = 5000;
