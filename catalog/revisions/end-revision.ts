import { and, eq, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { END_CODES, type EndCodeName } from '../../lambdas/contracts/end-codes.ts';
import { revisions } from '../schema/index.ts';
import { ENDED_STATUSES, REVISION_STATUSES, TRANSITIONS, type RevisionStatus } from '../schema/revision-status.ts';

export interface EndOptions {
  /** Ends the revision only if this is its claimed attempt. */
  readonly attemptId?: string;
  /** Ends it only from these; default every status that is no end itself. */
  readonly from?: readonly RevisionStatus[];
  /** In place of the code's own sentence. */
  readonly message?: string;
}

/**
 * Ends a revision as `rejected` or `failed`, whichever the code says. A revision that has ended stays as it is.
 *
 * @returns whether this call ended it
 */
export async function endWithCode(
  database: CatalogDatabase,
  revisionId: string,
  code: EndCodeName,
  options: EndOptions = {},
): Promise<boolean> {
  const { status, message } = END_CODES[code];
  return end(database, revisionId, { status, code, message: options.message ?? message }, options);
}

/** Ends a revision whose source was replaced by a newer upload. @returns whether this call ended it */
export async function supersedeRevision(database: CatalogDatabase, revisionId: string): Promise<boolean> {
  return end(database, revisionId, { status: 'superseded' }, {});
}

async function end(
  database: CatalogDatabase,
  revisionId: string,
  values: { status: RevisionStatus; code?: EndCodeName; message?: string },
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
