import { sql } from 'drizzle-orm';
import type { CatalogConnection, CatalogDatabase } from '../database.ts';
import { CATALOG_ROLES, type CatalogRole, RIGHTS, type RoleRights } from '../rights.ts';
import { MIGRATION_LOCK } from './migrate-catalog.ts';
import { scramVerifier } from './scram-verifier.ts';

/** Thrown if a role does not get its password. The message holds neither the password nor what the database stores of it. */
export class RolePasswordError extends Error {
  override readonly name = 'RolePasswordError';
}

type Queries = Pick<CatalogDatabase, 'execute'>;

/**
 * Gives each role its password and exactly its rights on a migrated schema, in one transaction: a statement of a function
 * that is running sees the rights from before or those from after. It creates missing roles, and takes away all rights
 * that the table of rights does not list, from the roles and from the pseudo-role `public`, which stands for all of them.
 *
 * @param connection of the owner of the schema, who may create roles
 * @param passwords of printable ASCII, which replace earlier ones
 * @throws RolePasswordError
 */
export async function assignRights(
  { database }: CatalogConnection,
  passwords: Readonly<Record<CatalogRole, string>>,
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.execute(sql`select cast(pg_advisory_xact_lock(${MIGRATION_LOCK}) as text)`);
    await restrictPublic(transaction);
    for (const role of CATALOG_ROLES) {
      await ensureRole(transaction, RIGHTS[role].roleName, passwords[role]);
      await adjustRights(transaction, RIGHTS[role]);
    }
  });
}

/** Takes away what PostgreSQL grants to every role: to call functions, and to create temporary tables. */
async function restrictPublic(database: Queries): Promise<void> {
  const { rows } = await database.execute<{ name: string }>(sql`select quote_ident(current_database()) as name`);
  await database.execute(sql.raw(`revoke temporary on database ${rows[0]?.name} from public`));
  await database.execute(sql`revoke create on schema public from public`);
  const granted = await database.execute<{ signature: string }>(sql`
    select cast(cast(oid as regprocedure) as text) as signature from pg_proc
    where pronamespace = cast('public' as regnamespace) and proowner = cast(current_user as regrole)
      and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)`);
  for (const { signature } of granted.rows)
    await database.execute(sql.raw(`revoke execute on function ${signature} from public`));
}

async function ensureRole(database: Queries, roleName: string, password: string): Promise<void> {
  const { rows } = await database.execute(sql`select 1 as found from pg_roles where rolname = ${roleName}`);
  if (rows.length === 0) await database.execute(sql.raw(`create role ${roleName} login noinherit`));
  // The Data API takes what follows a colon for a parameter.
  const verifier = scramVerifier(password).replaceAll(':', String.raw`\x3A`);
  try {
    await database.execute(sql.raw(`alter role ${roleName} password E'${verifier}'`));
  } catch (error) {
    // The message of the error itself quotes the statement; that of its cause is the database's.
    const cause = error instanceof Error ? error.cause : undefined;
    throw new RolePasswordError(`${roleName} did not get its password: ${cause instanceof Error ? cause.message : 'unknown'}`);
  }
}

/** A right as PostgreSQL describes it, such as `table public.videos` and `SELECT`. */
interface GrantedRight {
  readonly [column: string]: unknown;
  readonly object: string;
  readonly verb: string;
}

async function adjustRights(database: Queries, rights: RoleRights): Promise<void> {
  const { roleName } = rights;
  const wanted = await listWanted(database, rights);
  const present = (await listPresent(database, roleName)).map(({ object, verb }) => `${verb.toLowerCase()} on ${object}`);
  for (const right of present) {
    if (!wanted.includes(right)) await database.execute(sql.raw(`revoke ${right} from ${roleName}`));
  }
  for (const right of wanted) {
    if (!present.includes(right)) await database.execute(sql.raw(`grant ${right} to ${roleName}`));
  }
}

/** Returns rights in the words of GRANT, such as `select on table public.videos`. */
async function listWanted(database: Queries, { tables, functions }: RoleRights): Promise<string[]> {
  const onTables = Object.entries(tables).flatMap(([name, verbs]) => verbs.map((verb) => `${verb} on table ${name}`));
  const allowed = Object.entries(functions).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
  const { rows } = await database.execute<{ name: string; object: string }>(sql`
    select proname as name, ${FUNCTION_OBJECT} as object from pg_proc
    where pronamespace = cast('public' as regnamespace)`);
  const onFunctions = rows.filter(({ name }) => allowed.includes(name)).map(({ object }) => `execute on ${object}`);
  return ['usage on schema public', ...onTables, ...onFunctions];
}

const FUNCTION_OBJECT = sql`
  format('function %s.%I(%s)', cast(pronamespace as regnamespace), proname, pg_get_function_identity_arguments(pg_proc.oid))`;

/** Returns the rights that a role has on schemas, relations and functions. */
async function listPresent(database: Queries, roleName: string): Promise<readonly GrantedRight[]> {
  const { rows } = await database.execute<GrantedRight>(sql`
    select object, privilege_type as verb from (
      select format('schema %I', nspname) as object, nspacl as acl from pg_namespace
      union all
      select format('%s %s', case relkind when 'S' then 'sequence' else 'table' end, cast(cast(oid as regclass) as text)), relacl
      from pg_class
      union all
      select ${FUNCTION_OBJECT}, proacl from pg_proc
    ) as objects, aclexplode(acl) as granted
    where grantee = (select oid from pg_roles where rolname = ${roleName})`);
  return rows;
}
