import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { idempotencyKeys } from '../schema/index.ts';

/** A request that is to be carried out once, however often it is sent. */
export interface KeyedRequest {
  readonly ownerId: string;
  /** As the client chose it. */
  readonly key: string;
  /** SHA-256, hexadecimal. */
  readonly requestHash: string;
  /** Id for what the request will make, used if nobody has begun it yet. */
  readonly resourceId: string;
}

export type KeyState =
  /** Nobody else is at it. Somebody may have been and have made the resource of this id already. */
  | { readonly state: 'begun'; readonly resourceId: string }
  | { readonly state: 'completed'; readonly resourceId: string }
  /** Somebody is at it, or was and broke off without a word: then it can be begun again after so many seconds. */
  | { readonly state: 'in_progress'; readonly secondsLeft: number }
  /** The key stands for another request. */
  | { readonly state: 'reused' };

/** A key is remembered for so long. */
const LIFETIME = sql`interval '24 hours'`;
/** Longer than a request may take: whoever has been at it for longer is gone. */
const LEASE = sql`interval '1 minute'`;
const isOld = sql`known.created_at < now() - ${LIFETIME}`;
/** Old keys that go with each new one. */
const SWEPT_AT_ONCE = 10;

export async function acquireKey(database: CatalogDatabase, request: KeyedRequest): Promise<KeyState> {
  const { ownerId, key, requestHash, resourceId } = request;
  const { rows } = await database.execute<{ resource_id: string }>(sql`
    with swept as (
      delete from ${idempotencyKeys} as old using (
        select owner_id, key from ${idempotencyKeys}
        where created_at < now() - ${LIFETIME} and (owner_id, key) <> (${ownerId}, ${key})
        order by created_at limit ${SWEPT_AT_ONCE}
      ) as aged
      where old.owner_id = aged.owner_id and old.key = aged.key
    )
    insert into ${idempotencyKeys} as known (owner_id, key, request_hash, resource_id)
    values (${ownerId}, ${key}, ${requestHash}, cast(${resourceId} as uuid))
    on conflict (owner_id, key) do update set
      request_hash = excluded.request_hash,
      resource_id = case when ${isOld} then excluded.resource_id else known.resource_id end,
      created_at = case when ${isOld} then now() else known.created_at end,
      started_at = now(),
      completed_at = null
    where ${isOld} or (
      known.completed_at is null and known.started_at < now() - ${LEASE} and known.request_hash = excluded.request_hash
    )
    returning resource_id`);
  const begun = rows[0];
  if (begun !== undefined) return { state: 'begun', resourceId: begun.resource_id };
  return readKeyState(database, request);
}

async function readKeyState(database: CatalogDatabase, request: KeyedRequest): Promise<KeyState> {
  const { requestHash, resourceId, completedAt, startedAt } = idempotencyKeys;
  const secondsLeft = sql<number>`ceil(extract(epoch from ${startedAt} + ${LEASE} - now()))`.mapWith(Number);
  const [known] = await database
    .select({ requestHash, resourceId, completedAt, secondsLeft })
    .from(idempotencyKeys)
    .where(isOf(request));
  // Swept away just now; the next try begins anew.
  if (known === undefined) return { state: 'in_progress', secondsLeft: 1 };
  if (known.requestHash !== request.requestHash) return { state: 'reused' };
  if (known.completedAt !== null) return { state: 'completed', resourceId: known.resourceId };
  return { state: 'in_progress', secondsLeft: Math.max(known.secondsLeft, 1) };
}

export async function completeKey(database: CatalogDatabase, request: KeyedRequest): Promise<void> {
  await database
    .update(idempotencyKeys)
    .set({ completedAt: sql`now()` })
    .where(isOf(request));
}

/**
 * Lets the next try of the same request begin at once, after one that broke off. It gets the same id, under which it
 * finds what this one may have made.
 */
export async function releaseKey(database: CatalogDatabase, request: KeyedRequest): Promise<void> {
  await database
    .update(idempotencyKeys)
    .set({ startedAt: sql`now() - ${LEASE} * 2` })
    .where(and(isOf(request), isNull(idempotencyKeys.completedAt)));
}

function isOf({ ownerId, key }: KeyedRequest) {
  return and(eq(idempotencyKeys.ownerId, ownerId), eq(idempotencyKeys.key, key));
}
