import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { idempotencyKeys } from '../schema/index.ts';

/** A request to execute once, however often it is sent. */
export interface KeyedRequest {
  readonly ownerId: string;
  /** Key chosen by the client. */
  readonly key: string;
  /** SHA-256 of the request, hexadecimal. */
  readonly requestHash: string;
  /** Id for the resource to create, used if the key is new. */
  readonly resourceId: string;
}

export type KeyState =
  /** The caller must execute the request. An interrupted attempt may have created the resource of this id already. */
  | { readonly state: 'acquired'; readonly resourceId: string }
  | { readonly state: 'completed'; readonly resourceId: string }
  /** Another caller is executing the request, or was interrupted: it can be retried after this many seconds. */
  | { readonly state: 'in_progress'; readonly secondsLeft: number }
  /** The key belongs to another request. */
  | { readonly state: 'reused' };

/** Time for which a key is remembered. */
const LIFETIME = sql`interval '24 hours'`;
/** Time after which an unfinished request counts as interrupted: longer than a request may take. */
const LEASE = sql`interval '1 minute'`;
const isOld = sql`known.created_at < now() - ${LIFETIME}`;
/** Old keys that each new one removes. */
const MAX_REMOVED = 10;

/** Acquires a key for the caller, or returns why it cannot be acquired. */
export async function acquireKey(database: CatalogDatabase, request: KeyedRequest): Promise<KeyState> {
  const { ownerId, key, requestHash, resourceId } = request;
  const { rows } = await database.execute<{ resource_id: string }>(sql`
    with removed as (
      delete from ${idempotencyKeys} as old using (
        select owner_id, key from ${idempotencyKeys}
        where created_at < now() - ${LIFETIME} and (owner_id, key) <> (${ownerId}, ${key})
        order by created_at limit ${MAX_REMOVED}
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
  const acquired = rows[0];
  if (acquired !== undefined) return { state: 'acquired', resourceId: acquired.resource_id };
  return readKeyState(database, request);
}

async function readKeyState(database: CatalogDatabase, request: KeyedRequest): Promise<KeyState> {
  const { requestHash, resourceId, completedAt, startedAt } = idempotencyKeys;
  const secondsLeft = sql<number>`ceil(extract(epoch from ${startedAt} + ${LEASE} - now()))`.mapWith(Number);
  const [known] = await database
    .select({ requestHash, resourceId, completedAt, secondsLeft })
    .from(idempotencyKeys)
    .where(isKeyOf(request));
  // Another request removed the key in the meantime; a retry acquires it.
  if (known === undefined) return { state: 'in_progress', secondsLeft: 1 };
  if (known.requestHash !== request.requestHash) return { state: 'reused' };
  if (known.completedAt !== null) return { state: 'completed', resourceId: known.resourceId };
  return { state: 'in_progress', secondsLeft: Math.max(known.secondsLeft, 1) };
}

/** Records that the request was executed. */
export async function completeKey(database: CatalogDatabase, request: KeyedRequest): Promise<void> {
  await database
    .update(idempotencyKeys)
    .set({ completedAt: sql`now()` })
    .where(isKeyOf(request));
}

/**
 * Releases a key after a failed attempt, so that a retry can acquire it at once. The retry receives the same resource
 * id, under which it finds what this attempt may have created.
 */
export async function releaseKey(database: CatalogDatabase, request: KeyedRequest): Promise<void> {
  await database
    .update(idempotencyKeys)
    .set({ startedAt: sql`now() - ${LEASE} * 2` })
    .where(and(isKeyOf(request), isNull(idempotencyKeys.completedAt)));
}

function isKeyOf({ ownerId, key }: KeyedRequest) {
  return and(eq(idempotencyKeys.ownerId, ownerId), eq(idempotencyKeys.key, key));
}
