import { describeCharacter, type FoundCharacter } from './found-character.ts';

/**
 * Embeddings, overrides and isolates of bidirectional text. They reorder what follows, so that a text can read as another
 * one or change the text beside it. The marks U+200E and U+200F only affect their neighbors, and are needed to write
 * mixed text.
 * https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const BIDI_CONTROL = /[\u202A-\u202E\u2066-\u2069]/u;
const BIDI_CONTROLS = new RegExp(BIDI_CONTROL, 'gu');

/** Finds the first embedding, override or isolate of a text. */
export function findBidiControl(text: string): FoundCharacter | undefined {
  return describeCharacter(text, text.search(BIDI_CONTROL));
}

/** Returns a text without its embeddings, overrides and isolates. */
export function removeBidiControls(text: string): string {
  return text.replaceAll(BIDI_CONTROLS, '');
}
