import * as z from 'zod';
import type { StoredVersion } from './stored-version.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export const lifecycleRuleSchema = z.object({
  id: z.string().optional(),
  filter: z.object({
    prefix: z.string().default(''),
    tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
    minSizeBytes: z.number().optional(),
    maxSizeBytes: z.number().optional(),
  }),
  /** Age at which the current version expires, in days. */
  expirationDays: z.number().optional(),
  /** Time from which on every current version expires, in milliseconds since the epoch. */
  expirationMs: z.number().optional(),
  /** Storage classes of current versions from an age in days on. */
  transitions: z.array(z.object({ storageClass: z.string(), days: z.number() })).default([]),
  /** Whether a delete marker without other versions is removed at any age. */
  removesExpiredMarkers: z.boolean(),
  /** Days after which a version that another one has replaced expires. */
  noncurrentDays: z.number().optional(),
  /** Number of newest replaced versions that are kept. */
  newerNoncurrentVersions: z.number(),
  /** Days after which an unfinished multipart upload is aborted. */
  abortUploadDays: z.number().optional(),
});
export type LifecycleRule = z.infer<typeof lifecycleRuleSchema>;

const DAY_MS = 24 * 3_600_000;

/**
 * Returns the latest time of an event whose age in days makes an object expire now. S3 rounds the time of expiry up to the
 * next midnight UTC.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export function latestExpired(nowMs: number, days: number): number {
  return Math.floor(nowMs / DAY_MS) * DAY_MS - days * DAY_MS;
}

/** Returns whether the filter of a rule applies to a version. Delete markers have neither tags nor a size. */
export function appliesTo({ filter }: LifecycleRule, { key, tags, sizeBytes }: StoredVersion): boolean {
  const { prefix, minSizeBytes = -1, maxSizeBytes = Infinity } = filter;
  const hasTag = (wanted: { key: string; value: string }): boolean =>
    tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value);
  return key.startsWith(prefix) && filter.tags.every(hasTag) && sizeBytes > minSizeBytes && sizeBytes < maxSizeBytes;
}

/** Size from which objects change their storage class, unless the filter of the rule names sizes. */
const MIN_TRANSITION_BYTES = 128 * 1024;

/**
 * Returns whether the filter of a rule and the minimum size of S3 let a version change its storage class.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function mayTransition(rule: LifecycleRule, version: StoredVersion): boolean {
  const { minSizeBytes, maxSizeBytes } = rule.filter;
  const hasSize = minSizeBytes !== undefined || maxSizeBytes !== undefined;
  return appliesTo(rule, version) && (hasSize || version.sizeBytes >= MIN_TRANSITION_BYTES);
}
