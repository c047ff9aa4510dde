import { countCharacters } from './count-characters.ts';

/**
 * Cuts a text to a number of characters without splitting what a reader sees as one, such as a letter with its accents or
 * a joined emoji. Only a text that begins with a longer cluster is cut inside it.
 *
 * @param maxLength in Unicode code points, as `countCharacters` counts
 * @see https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength || countCharacters(text) <= maxLength) return text;
  let length = 0;
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    length += countCharacters(segment);
    if (length > maxLength) break;
    end = index + segment.length;
  }
  return end > 0 ? text.slice(0, end) : Array.from(text).slice(0, maxLength).join('');
}
