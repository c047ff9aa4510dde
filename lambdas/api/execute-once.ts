import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { acquireKey, completeKey, releaseKey } from '../../catalog/idempotency/keys.ts';
import { ProblemError } from './problems.ts';

export const idempotencyHeaderSchema = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .meta({
      description:
        'Identifies the request: sent again with the same key and body within 24 hours, it creates nothing new and ' +
        'returns what was created.',
      example: '3f0c9a52-upload-1',
    }),
});

export interface OnceRequest {
  readonly userId: string;
  /** Idempotency key; without one the request is always executed. */
  readonly key: string | undefined;
  /** The operation and its parsed input. */
  readonly request: unknown;
  /** Id for the resource to create. */
  readonly resourceId: string;
}

export interface OnceActions<Result> {
  /** Creates the resource of the given id, unless an interrupted attempt created it. */
  readonly create: (resourceId: string) => Promise<Result>;
  /** Returns the result of a request that was executed before. */
  readonly find: (resourceId: string) => Promise<Result>;
}

/**
 * Executes a request once for each idempotency key.
 *
 * @throws ProblemError `idempotency_key_reused` or `request_in_progress`
 */
export async function executeOnce<Result>(
  database: CatalogDatabase,
  { userId, key, request, resourceId }: OnceRequest,
  { create, find }: OnceActions<Result>,
): Promise<Result> {
  if (key === undefined) return create(resourceId);
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const keyed = { ownerId: userId, key, requestHash, resourceId };
  const acquired = await acquireKey(database, keyed);
  if (acquired.state === 'reused') throw new ProblemError('idempotency_key_reused');
  if (acquired.state === 'in_progress') {
    throw new ProblemError('request_in_progress', { headers: { 'retry-after': String(acquired.secondsLeft) } });
  }
  if (acquired.state === 'completed') return find(acquired.resourceId);
  const result = await create(acquired.resourceId).catch(async (error: unknown) => {
    // The first error is the one to report; a key that cannot be released expires.
    await releaseKey(database, keyed).catch(() => undefined);
    throw error;
  });
  await completeKey(database, keyed);
  return result;
}
