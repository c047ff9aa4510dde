import { createHash } from 'node:crypto';
import { z } from 'zod';
import { acquireKey, completeKey, releaseKey } from '../../catalog/idempotency/keys.ts';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { ProblemError } from './problems.ts';

/** Visible ASCII. */
export const idempotencyHeaderSchema = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .meta({
      description:
        'Names what the request makes: sent again with the same key and body within 24 hours, it makes nothing new ' +
        'and is answered with what was made.',
      example: '3f0c9a52-upload-1',
    }),
});

export interface OnceRequest {
  readonly personId: string;
  /** Of the header; without one the request is simply carried out. */
  readonly key: string | undefined;
  /** Operation and what it was asked, as it was understood. */
  readonly request: unknown;
  /** Id for what is to be made. */
  readonly resourceId: string;
}

/**
 * Carries a request out once for each key.
 *
 * @param make makes the resource of the id that it is given, unless an attempt that broke off has made it
 * @param find answers a request that was carried out before
 * @throws ProblemError `idempotency_key_reused` or `request_in_progress`
 */
export async function once<Answer>(
  database: CatalogDatabase,
  { personId, key, request, resourceId }: OnceRequest,
  make: (resourceId: string) => Promise<Answer>,
  find: (resourceId: string) => Promise<Answer>,
): Promise<Answer> {
  if (key === undefined) return make(resourceId);
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const keyed = { ownerId: personId, key, requestHash, resourceId };
  const standing = await acquireKey(database, keyed);
  if (standing.state === 'reused') throw new ProblemError('idempotency_key_reused');
  if (standing.state === 'in_progress') {
    throw new ProblemError('request_in_progress', { headers: { 'retry-after': String(standing.secondsLeft) } });
  }
  if (standing.state === 'completed') return find(standing.resourceId);
  const answer = await make(standing.resourceId).catch(async (error: unknown) => {
    // The first error is the one to tell; a key that cannot be released comes free by itself.
    await releaseKey(database, keyed).catch(() => undefined);
    throw error;
  });
  await completeKey(database, keyed);
  return answer;
}
