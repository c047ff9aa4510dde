import { foldText } from './fold-text.ts';

/** Returns the distinct words of a search, folded. A title matches if, folded, it contains each of them. */
export function searchWords(search: string): readonly string[] {
  // Folding comes first, since it can separate words: U+00A8 becomes a space and a combining mark.
  return [...new Set(foldText(search).split(/\s+/u))].filter((word) => word !== '');
}
