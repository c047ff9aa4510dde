import { and, eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';
import type { ClaimedPrice } from './claim-attempt.ts';

/** Records the price of an encode that is not claimed, so that its owner sees what it would have cost. */
export async function recordEstimate(
  database: CatalogDatabase,
  revisionId: string,
  { usd, tier }: Pick<ClaimedPrice, 'usd' | 'tier'>,
): Promise<void> {
  await database
    .update(revisions)
    .set({ priceTier: tier, estimatedPriceUsd: usd })
    .where(and(eq(revisions.id, revisionId), eq(revisions.status, 'uploaded')));
}
