import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';

/**
 * Books the price of an attempt whose job has completed although its revision had given it up, and returned its price: AWS
 * bills it all the same. Repeated calls change nothing.
 *
 * @returns whether this call booked it
 */
export async function bookCompletedJob(database: CatalogDatabase, attemptId: string): Promise<boolean> {
  const { rows } = await database.execute<{ booked: boolean }>(
    sql`select book_encode(${attemptId}, 'spent', null) as booked`,
  );
  return rows[0]?.booked === true;
}
