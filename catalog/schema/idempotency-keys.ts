import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';

/** Requests that clients sent with an idempotency key, so that a request sent twice is carried out once. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    ownerId: text('owner_id').notNull(),
    key: text().notNull(),
    /** SHA-256 of the request, hexadecimal. */
    requestHash: text('request_hash').notNull(),
    /** Id of the resource to create, chosen beforehand so that a retry of an interrupted request finds it. */
    resourceId: uuid('resource_id').notNull(),
    createdAt: instant('created_at').notNull().default(now),
    /** When the request was last started. */
    startedAt: instant('started_at').notNull().default(now),
    completedAt: instant('completed_at'),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.key] }), index('idempotency_keys_age').on(table.createdAt)],
);
