import { countCharacters, findBidiControl, findControlCharacter, hasVisibleCharacter, type TextShape } from '../../lambdas/contracts/api/text-rules.ts';
import type { Texts } from '../texts/en.ts';

interface TextLimits {
  /** In Unicode code points, as the API counts them. */
  readonly maxLength: number;
  /** Whether the text needs a visible character. */
  readonly required: boolean;
  readonly shape: TextShape;
}

/** Returns why the API would refuse a text, in the user's language, or an empty text if it would not. */
export function textFault(
  text: string,
  { maxLength, required, shape }: TextLimits,
  texts: Pick<Texts['video'], 'noVisibleText' | 'directionControl' | 'controlCharacter' | 'textTooLong'>,
): string {
  const composed = text.normalize('NFC').trim();
  const control = findBidiControl(text);
  if (control !== undefined) return texts.directionControl(control.name, control.position);
  const character = findControlCharacter(text, shape);
  if (character !== undefined) return texts.controlCharacter(character.name, character.position);
  if (required && !hasVisibleCharacter(composed)) return texts.noVisibleText;
  const length = countCharacters(composed);
  return length > maxLength ? texts.textTooLong(length, maxLength) : '';
}
