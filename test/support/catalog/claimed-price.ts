import type { ClaimedPrice } from '../../../catalog/revisions/claim-attempt.ts';

/** Price of an attempt for tests of other things than prices, on a day without a limit. */
export const CLAIMED_PRICE: ClaimedPrice = { usd: '0.015000', tier: 'basic', maxUsdPerDay: 1_000_000 };
