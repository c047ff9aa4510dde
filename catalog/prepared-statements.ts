import type { CatalogDatabase } from './database.ts';

/**
 * Returns a function that prepares a statement once for each database and shape. Drizzle's query builder takes longer to write
 * a select with several joins than to send it. A transaction is a database of its own.
 *
 * @param prepare returns a statement whose values are placeholders. The number of shapes must be small, since all are kept
 */
export function prepareOnce<Shape, Statement>(
  prepare: (database: CatalogDatabase, shape: Shape) => Statement,
): (database: CatalogDatabase, shape: Shape) => Statement {
  const prepared = new WeakMap<CatalogDatabase, Map<string, Statement>>();
  return (database, shape) => {
    const statements = prepared.get(database) ?? new Map<string, Statement>();
    prepared.set(database, statements);
    const key = JSON.stringify(shape);
    const known = statements.get(key);
    if (known !== undefined) return known;
    const statement = prepare(database, shape);
    statements.set(key, statement);
    return statement;
  };
}
