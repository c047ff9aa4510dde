import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { encodeCharges, encodeDays, revisions } from '../schema/index.ts';
import type { PriceTier } from '../schema/price-tier.ts';
import type { SourceFacts } from '../schema/source-facts.ts';
import { MAX_WARNINGS, type SourceWarning } from '../schema/source-warning.ts';

/** Age at which a claim counts as abandoned: longer than the claimant's function may run. */
const LEASE = sql`interval '5 minutes'`;

export interface Claim {
  readonly revisionId: string;
  /** Id of the next submission; new for each claim. */
  readonly attemptId: string;
  /** Id of the message being handled; when it is redelivered, its previous handler has ended. */
  readonly claimant: string;
  readonly source: SourceFacts;
  /** Ways in which the video will differ from its file; only the first `MAX_WARNINGS` are recorded. */
  readonly warnings: readonly SourceWarning[];
  /** The ladder and storyboard to request from the encoder. */
  readonly plan: unknown;
  readonly price: ClaimedPrice;
}

/** Price of an attempt, in US dollars as decimal digits. */
export interface ClaimedPrice {
  readonly usd: string;
  readonly tier: PriceTier;
  /** Maximum of what all attempts may cost that are claimed on one day in UTC, in US dollars. */
  readonly maxUsdPerDay: number;
}

/** Claims that succeed have the price of all attempts of the day in US dollars, their own and one that they replace included. */
export type ClaimOutcome =
  | { readonly result: 'claimed'; readonly dayUsd: number }
  | { readonly result: Exclude<ClaimResult, 'claimed'> };

type ClaimResult =
  /** Only this attempt's events count from now on, and its price is reserved. */
  | 'claimed'
  /** Another claimant holds a live claim, a newer upload of the key is known, or the revision can no longer be claimed. */
  | 'not_claimable'
  /** With its price, the day would cost more than its maximum. */
  | 'over_daily_cap';

/**
 * Claims the revision for one submission, and reserves its price out of the day's maximum. Both happen in one statement: a
 * transaction of several requests that its function abandoned would hold the day's row, which every claim waits for, for
 * minutes. An earlier attempt that this one replaces gives its reservation back.
 */
export async function claimAttempt(database: CatalogDatabase, claim: Claim): Promise<ClaimOutcome> {
  const { revisionId, attemptId, claimant, source, warnings, plan, price } = claim;
  const usd = sql`cast(${price.usd} as numeric)`;
  const maxUsd = sql`cast(${String(price.maxUsdPerDay)} as numeric)`;
  const isClaimable = and(
    eq(revisions.id, revisionId),
    eq(revisions.status, 'uploaded'),
    or(
      isNull(revisions.claimedAt),
      lt(revisions.claimedAt, sql`now() - ${LEASE}`),
      eq(revisions.claimedBy, claimant),
    ),
    sql`not exists (
      select from ${revisions} as newer
      where newer.video_id = ${revisions.videoId} and newer.sequencer > ${revisions.sequencer}
    )`,
  );
  const replaced = sql`(
    select sum(charge.price_usd) from ${encodeCharges} as charge, claimable
    where charge.attempt_id = claimable.attempt_id and charge.state = 'reserved' and charge.day = known.day
  )`;
  const claimed = {
    attemptId,
    source,
    warnings: warnings.slice(0, MAX_WARNINGS),
    plan,
    claimedBy: claimant,
    claimedAt: sql`now()`,
    priceTier: price.tier,
    estimatedPriceUsd: price.usd,
  };
  const { rows } = await database.execute<{ claimable: boolean; claimed: boolean; dayUsd: string | null }>(sql`
    with claimable as (
      select ${revisions.id}, ${revisions.attemptId} from ${revisions} where ${isClaimable} for update
    ), reserved as (
      insert into ${encodeDays} as known (day, reserved_usd)
      select cast(now() at time zone 'utc' as date), ${usd} from claimable where ${usd} <= ${maxUsd}
      on conflict (day) do update set reserved_usd = known.reserved_usd + excluded.reserved_usd
        where known.reserved_usd + known.spent_usd + excluded.reserved_usd - coalesce(${replaced}, 0) <= ${maxUsd}
      returning known.day, known.reserved_usd + known.spent_usd as day_usd
    ), claimed as (
      ${database
        .update(revisions)
        .set(claimed)
        .from(sql`claimable, reserved`)
        .where(eq(revisions.id, sql`claimable.id`))
        .returning({ id: revisions.id })
        .getSQL()}
    ), charged as (
      insert into ${encodeCharges} (attempt_id, revision_id, day, price_usd)
      select ${attemptId}, claimed.id, reserved.day, ${usd} from claimed, reserved
    )
    select exists (select from claimable) as claimable, exists (select from claimed) as claimed,
      cast((select reserved.day_usd from reserved) as text) as "dayUsd"`);
  const [row] = rows;
  if (row?.claimed === true) return { result: 'claimed', dayUsd: Number(row.dayUsd) };
  return { result: row?.claimable === true ? 'over_daily_cap' : 'not_claimable' };
}

/** Releases a claim after a failed submission, so that a retry need not wait. */
export async function releaseAttempt(database: CatalogDatabase, revisionId: string, attemptId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ claimedAt: null })
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), eq(revisions.status, 'uploaded')));
}
