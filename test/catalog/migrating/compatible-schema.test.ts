import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { MIGRATIONS } from '../../support/catalog/local-catalog.ts';

/**
 * Functions of the deployed version run against the new schema while a deployment replaces them, and again after a
 * rollback. A migration may therefore only expand the schema; a later release removes what nothing uses any more.
 */

const columnSchema = z.object({ type: z.string(), notNull: z.boolean(), default: z.unknown().optional() });
const snapshotSchema = z.object({
  tables: z.record(z.string(), z.object({ columns: z.record(z.string(), columnSchema) })),
});
type Snapshot = z.infer<typeof snapshotSchema>;

test('the schema of each migration serves functions that know only the one before', () => {
  const folder = join(MIGRATIONS, 'meta');
  const snapshots = readdirSync(folder)
    .filter((name) => name.endsWith('_snapshot.json'))
    .toSorted()
    .map((name) => snapshotSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  expect(snapshots.length).toBeGreaterThan(10);
  expect(snapshots.slice(1).map((newer, index) => listBreaks(snapshots[index] ?? newer, newer))).toEqual(
    snapshots.slice(1).map(() => []),
  );
});

const nullable = { type: 'text', notNull: false };
const required = { type: 'text', notNull: true };

test.each<[string, Snapshot['tables'][string]['columns']]>([
  ['read items.kept', { other: nullable }],
  ['use items.kept as text', { kept: { type: 'uuid', notNull: false } }],
  ['leave items.kept empty', { kept: required }],
  ['insert into items without added', { kept: nullable, added: required }],
])('a migration after which functions cannot "%s" is found', (found, columns) => {
  const older = { tables: { public: { columns: {} }, items: { columns: { kept: nullable } } } };
  expect(listBreaks(older, { tables: { public: { columns: {} }, items: { columns } } })).toEqual([found]);
});

test('a migration that adds nullable columns, columns with a default, and tables is compatible', () => {
  const older = { tables: { items: { columns: { kept: nullable } } } };
  const columns = { kept: nullable, added: nullable, counted: { ...required, default: '0' } };
  expect(listBreaks(older, { tables: { items: { columns }, others: { columns: { key: required } } } })).toEqual([]);
});

/** Returns what functions that know the old schema cannot do with the new one. */
function listBreaks(older: Snapshot, newer: Snapshot): string[] {
  return Object.entries(older.tables).flatMap(([table, { columns }]) => {
    const now = newer.tables[table]?.columns;
    if (now === undefined) return [`read ${table}`];
    const missing = Object.entries(columns).flatMap(([column, { type, notNull }]) => {
      const after = now[column];
      if (after === undefined) return [`read ${table}.${column}`];
      if (after.type !== type) return [`use ${table}.${column} as ${type}`];
      return after.notNull && !notNull && after.default === undefined ? [`leave ${table}.${column} empty`] : [];
    });
    const demanded = Object.entries(now)
      .filter(([column, { notNull, default: value }]) => !(column in columns) && notNull && value === undefined)
      .map(([column]) => `insert into ${table} without ${column}`);
    return [...missing, ...demanded];
  });
}
