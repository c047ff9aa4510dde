import { and, sql, type SQL } from 'drizzle-orm';
import { videos } from '../schema/index.ts';
import { searchWords } from '../text/search-words.ts';

/** Words whose characters narrow the candidates: each repeats a condition, and the Data API bounds a statement's length. */
const MAX_INDEXED_WORDS = 3;

/**
 * Returns the condition that a title contains every word of the search, as `foldText` compares them.
 *
 * The index holds single characters and pairs of adjacent ones, computed by the database's `search_grams`. The usual
 * trigram index (`pg_trgm`) finds nothing for words of two characters, as most Korean nouns are, and ignores letters
 * beyond ASCII if the database's locale is C. Pairs of the longest words narrow the candidates; `strpos` decides, and
 * treats no character as special. `search_text` is `foldText` in SQL, by ICU, independently of the database's locale; it
 * folds the words again in case this function's Unicode version differs from the database's. The length of the condition
 * does not grow with the number of words, since the list of videos repeats it for every status.
 */
export function titleMatches(search: string): SQL | undefined {
  const words = searchWords(search);
  if (words.length === 0) return undefined;
  const title = sql`search_text(${videos.title})`;
  const longest = words.toSorted((one, other) => other.length - one.length).slice(0, MAX_INDEXED_WORDS);
  return and(
    ...longest.map((word) => sql`search_grams(${title}) @> search_grams(search_text(${word}))`),
    sql`(select bool_and(strpos(${title}, search_text(word)) > 0)
      from unnest(string_to_array(${words.join(' ')}, ' ')) as word)`,
  );
}
