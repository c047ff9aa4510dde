import { and, eq, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';
import { ENDED_STATUSES, REVISION_STATUSES, TRANSITIONS, type RevisionStatus } from '../schema/revision-status.ts';

export interface EndOptions {
  /** Ends the revision only if this is its claimed attempt. */
  readonly attemptId?: string;
  /** Statuses from which to end the revision. @default every status that is not an end */
  readonly from?: readonly RevisionStatus[];
}

/** End of a revision that did not become a video. */
export interface RevisionEnd {
  readonly status: 'rejected' | 'failed';
  /** End code, listed in `docs/errors.md`. */
  readonly code: string;
  readonly message: string;
}

/**
 * Ends a revision as `rejected` or `failed`. A revision that has already ended keeps its end.
 *
 * @returns whether this call ended it
 */
export async function endRevision(
  database: CatalogDatabase,
  revisionId: string,
  revisionEnd: RevisionEnd,
  options: EndOptions = {},
): Promise<boolean> {
  return end(database, revisionId, { ...revisionEnd }, options);
}

/** Ends a revision whose source was replaced by a newer upload. @returns whether this call ended it */
export async function supersedeRevision(database: CatalogDatabase, revisionId: string): Promise<boolean> {
  return end(database, revisionId, { status: 'superseded' }, {});
}

async function end(
  database: CatalogDatabase,
  revisionId: string,
  values: { status: RevisionStatus; code?: string; message?: string },
  { attemptId, from = REVISION_STATUSES }: EndOptions,
): Promise<boolean> {
  const allowed = from.filter((status) => !ENDED_STATUSES.has(status) && TRANSITIONS[status].includes(values.status));
  const ended = await database
    .update(revisions)
    .set({ ...values, endedAt: sql`now()` })
    .where(
      and(
        eq(revisions.id, revisionId),
        inArray(revisions.status, allowed),
        attemptId === undefined ? undefined : eq(revisions.attemptId, attemptId),
      ),
    )
    .returning({ id: revisions.id });
  return ended.length > 0;
}
