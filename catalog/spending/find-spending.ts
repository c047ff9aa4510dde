import { eq, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { encodeDays } from '../schema/index.ts';

/** Price of all attempts claimed on one day, in US dollars; compare the sum with `encode.maxPriceUsdPerDay`. */
export interface Spending {
  /** Day in UTC, by the clock of the database. */
  readonly day: string;
  /** For jobs that have not ended. */
  readonly reservedUsd: number;
  /** For jobs that have completed. */
  readonly spentUsd: number;
}

/** Returns what the attempts claimed today cost. */
export async function findSpending(database: CatalogDatabase): Promise<Spending> {
  const today = sql<string>`cast(cast(now() at time zone 'utc' as date) as text)`;
  const [found] = await database
    .select({ day: today, reservedUsd: encodeDays.reservedUsd, spentUsd: encodeDays.spentUsd })
    .from(sql`(select) as always`)
    .leftJoin(encodeDays, eq(encodeDays.day, sql`cast(now() at time zone 'utc' as date)`));
  if (found === undefined) throw new Error('The query for the spending of today returned no row');
  return { day: found.day, reservedUsd: Number(found.reservedUsd ?? 0), spentUsd: Number(found.spentUsd ?? 0) };
}
