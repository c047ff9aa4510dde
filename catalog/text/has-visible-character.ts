/**
 * Spaces, controls, format characters such as U+200B and those of bidirectional text, fillers such as U+3164, combining
 * marks without a letter, lone surrogates, and two symbols that are drawn as a blank.
 */
const INVISIBLE =
  /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Noncharacter_Code_Point}\u2800\u{1D159}]/gu;

/** Returns whether a reader sees anything of the text. */
export function hasVisibleCharacter(text: string): boolean {
  return text.replaceAll(INVISIBLE, '') !== '';
}
