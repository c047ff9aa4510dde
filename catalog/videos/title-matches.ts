import { and, sql, type SQL } from 'drizzle-orm';
import { videos } from '../schema/index.ts';

/**
 * Returns the condition that a title contains every word of the search, ignoring case and Unicode form.
 *
 * The index holds single characters and pairs of adjacent ones, computed by the database's `search_grams`. The usual
 * trigram index (`pg_trgm`) finds nothing for words of two characters, as most Korean nouns are, and ignores letters
 * beyond ASCII if the database's locale is C. Pairs only narrow the candidates; `strpos` decides, and treats no
 * character as special. `search_text` folds by ICU, independently of the database's locale.
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
