/** Tiers in which the encoder bills. */
export const PRICE_TIERS = ['basic', 'professional'] as const;
export type PriceTier = (typeof PRICE_TIERS)[number];
