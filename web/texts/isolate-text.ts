import { removeBidiControls } from '../../lambdas/contracts/api/text-rules.ts';

/**
 * Returns a name or title for use within a sentence: between U+2068 and U+2069, so that a text in another direction does
 * not reorder the sentence. In markup, `<bdi>` does the same.
 * https://www.w3.org/International/questions/qa-bidi-unicode-controls
 */
export function isolateText(text: string): string {
  return `\u2068${removeBidiControls(text)}\u2069`;
}
