import { sql } from 'drizzle-orm';
import { CATALOG_ROLES, type CatalogRole, RIGHTS, type TableVerb } from '../../catalog/rights.ts';
import { sqlStateOf } from '../../catalog/sql-state.ts';
import { useLocalCatalog, type LocalCatalog } from '../support/catalog/local-catalog.ts';
import { prepareVideos, ROLE_STATEMENTS } from '../support/catalog/role-statements.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started));

const INSUFFICIENT_PRIVILEGE = '42501';
const VERBS: readonly TableVerb[] = ['select', 'insert', 'update', 'delete'];

function tablesOf(role: CatalogRole) {
  return Object.entries(RIGHTS[role].tables).map(([table, verbs]) => ({ table, verbs }));
}

async function names(query: ReturnType<typeof sql>): Promise<unknown[]> {
  return (await catalog.owner.execute<{ name: string }>(query)).rows.map(({ name }) => name);
}

/** Returns the SQLSTATE with which a statement of a role fails, or undefined if it succeeds. */
async function failureOf(role: CatalogRole, statement: string): Promise<string | undefined> {
  try {
    await catalog.as(role).execute(sql.raw(statement));
  } catch (error) {
    return sqlStateOf(error);
  }
  return undefined;
}

/** A statement that needs one right on a table, and changes nothing. */
const PROBES: Readonly<Record<TableVerb, (table: string) => string>> = {
  select: (table) => `select from ${table} limit 0`,
  insert: (table) => `insert into ${table} default values`,
  update: (table) => `update ${table} set ${KEYS[table]} = default where false`,
  delete: (table) => `delete from ${table} where false`,
};
const KEYS: Readonly<Record<string, string>> = {
  encode_charges: 'day',
  encode_days: 'day',
  encode_progress: 'revision_id',
  idempotency_keys: 'key',
  renditions: 'name',
  revisions: 'id',
  settled_changes: 'video_id',
  steps: 'step',
  uploads: 'id',
  videos: 'id',
};

const FORBIDDEN = [
  'create table intruder (id integer)',
  'create temporary table intruder (id integer)',
  'create schema intruder',
  'create role intruder',
  "create function intruder() returns integer language sql as 'select 1'",
  'create index intruder on videos (title)',
  'alter table videos add column intruder integer',
  'alter table videos disable trigger videos_stamp',
  'drop table videos',
  'truncate videos',
  'select from drizzle.__drizzle_migrations',
  'select rolpassword from pg_authid',
];

describe.each(CATALOG_ROLES)('the rights of %s', (role) => {
  test('name every table and every function of the schema, which has no sequence', async () => {
    const relations = await names(sql`
      select relname as name from pg_class
      where relnamespace = cast('public' as regnamespace) and relkind in ('r', 'p', 'v', 'm', 'f', 'S') order by 1`);
    expect(tablesOf(role).map(({ table }) => table).toSorted()).toEqual(relations);
    const functions = await names(sql`
      select proname as name from pg_proc
      where pronamespace = cast('public' as regnamespace) and prorettype <> cast('trigger' as regtype) order by 1`);
    expect(Object.keys(RIGHTS[role].functions).toSorted()).toEqual(functions);
  });

  test('are refused by PostgreSQL where the table of rights does not list them', async () => {
    const isRefused: Record<string, boolean> = {};
    const isUnlisted: Record<string, boolean> = {};
    for (const { table, verbs } of tablesOf(role)) {
      for (const verb of VERBS) {
        isRefused[`${verb} ${table}`] = (await failureOf(role, PROBES[verb](table))) === INSUFFICIENT_PRIVILEGE;
        isUnlisted[`${verb} ${table}`] = !verbs.includes(verb);
      }
    }
    expect(isRefused).toEqual(isUnlisted);
  });

  test('allow no change of the schema, no roles and nothing of the migrations', async () => {
    const outcomes = await Promise.all(FORBIDDEN.map((statement) => failureOf(role, statement)));
    expect(outcomes).toEqual(FORBIDDEN.map(() => INSUFFICIENT_PRIVILEGE));
  });

  test('suffice for the statements of the role', async () => {
    const prepared = await prepareVideos(catalog.owner);
    await ROLE_STATEMENTS[role](catalog.as(role), prepared);
    const deleted = sql`select id as name from videos where status = 'deleted' order by created_at desc limit 1`;
    expect(await names(deleted)).toEqual([prepared.encoding.videoId]);
  });

  const onTables = tablesOf(role).flatMap(({ table, verbs }) => verbs.map((verb) => `${verb} on ${table}`));
  const allowed = Object.entries(RIGHTS[role].functions).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
  test.each([...onTables, ...allowed.map((name) => `execute on function ${name}`)])('need %s', async (right) => {
    const { roleName } = RIGHTS[role];
    const prepared = await prepareVideos(catalog.owner);
    await catalog.owner.execute(sql.raw(`revoke ${right} from ${roleName}`));
    // A session keeps the expressions of an index with their functions inlined until the index changes.
    await catalog.owner.execute(sql`alter index videos_search set (fastupdate = on)`);
    try {
      const outcome = await ROLE_STATEMENTS[role](catalog.as(role), prepared).catch(sqlStateOf);
      expect(outcome).toBe(INSUFFICIENT_PRIVILEGE);
    } finally {
      await catalog.owner.execute(sql.raw(`grant ${right} to ${roleName}`));
    }
  });
});
