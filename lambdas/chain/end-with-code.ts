import type { CatalogDatabase } from '../../catalog/database.ts';
import { type EndOptions, endRevision } from '../../catalog/revisions/end-revision.ts';
import { END_CODES, type EndCodeName } from '../contracts/end-codes.ts';

/**
 * Ends a revision as `rejected` or `failed`, as its code says. A revision that has already ended keeps its end.
 *
 * @param message replaces the code's own message
 * @returns whether this call ended it
 */
export async function endWithCode(
  database: CatalogDatabase,
  revisionId: string,
  code: EndCodeName,
  { message = END_CODES[code].message, ...options }: EndOptions & { readonly message?: string } = {},
): Promise<boolean> {
  return endRevision(database, revisionId, { status: END_CODES[code].status, code, message }, options);
}
