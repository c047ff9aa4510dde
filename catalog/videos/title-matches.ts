import { and, sql, type SQL } from 'drizzle-orm';
import { videos } from '../schema/index.ts';

/**
 * Titles that hold every word of the search, anywhere in them, in any case and any Unicode form.
 *
 * The index is of single characters and pairs of neighbours, made by the database's `search_grams`. The usual one, of
 * trigrams (`pg_trgm`), finds nothing for words of two characters, which most Korean nouns are, and where the
 * database's locale is C it leaves letters beyond ASCII out. Pairs only narrow the choice; `strpos` decides, and knows
 * no special characters. `search_text` folds by ICU, so that no locale of a database plays a part.
 */
export function titleMatches(search: string): SQL | undefined {
  const words = new Set(search.split(/\s+/u).filter((word) => word !== ''));
  const title = sql`search_text(${videos.title})`;
  return and(
    ...[...words].flatMap((word) => {
      const folded = sql`search_text(${word})`;
      return [sql`search_grams(${title}) @> search_grams(${folded})`, sql`strpos(${title}, ${folded}) > 0`];
    }),
  );
}
