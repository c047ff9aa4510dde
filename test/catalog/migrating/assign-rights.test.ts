import { ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { sql } from 'drizzle-orm';
import { assignRights, RolePasswordError } from '../../../catalog/migrating/assign-rights.ts';
import { scramVerifier } from '../../../catalog/migrating/scram-verifier.ts';
import { RIGHTS } from '../../../catalog/rights.ts';
import { assignAlone, PASSWORDS, useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started));

const { roleName } = RIGHTS.api;

async function assign(passwords = PASSWORDS): Promise<void> {
  const { owner: database, client, locations } = catalog;
  await assignAlone(() => assignRights({ database, client, location: locations.owner }, passwords));
}

/** Returns everything that is granted to the API's role, and to all roles within the schema. */
async function listGrants(): Promise<unknown[]> {
  const { rows } = await catalog.owner.execute(sql`
    select cast(grantee as text) as grantee, object, privilege_type from (
      select relname as object, relacl as acl from pg_class where relnamespace = cast('public' as regnamespace)
      union all
      select proname, proacl from pg_proc where pronamespace = cast('public' as regnamespace)
      union all
      select nspname, nspacl from pg_namespace where nspname in ('public', 'drizzle')
    ) as objects, aclexplode(acl)
    where grantee in (0, (select oid from pg_roles where rolname = ${roleName}))
    order by 1, 2, 3`);
  return rows;
}

test('a repeated run changes nothing', async () => {
  const before = await listGrants();
  const sent: string[] = [];
  catalog.client.middlewareStack.add(
    (next) => async (args) => (sent.push((args.input as { sql?: string }).sql ?? ''), next(args)),
    { step: 'initialize', name: 'record-statements' },
  );
  await assign();
  catalog.client.middlewareStack.remove('record-statements');
  expect(sent.filter((text) => /^(?:grant|create)|^revoke .* from sluice_/.test(text))).toEqual([]);
  expect(await listGrants()).toEqual(before);
  expect(before.length).toBeGreaterThan(10);
});

test('a run takes away what a version no longer grants', async () => {
  const before = await listGrants();
  await catalog.owner.execute(sql`grant insert, delete on steps to sluice_api`);
  await catalog.owner.execute(sql`grant usage on schema drizzle to sluice_api`);
  await catalog.owner.execute(sql`grant select on drizzle.__drizzle_migrations to sluice_api`);
  await catalog.owner.execute(sql`grant execute on function count_open_uploads(text) to public`);
  await catalog.owner.execute(sql`grant create on schema public to public`);
  await catalog.owner.execute(sql`revoke update on videos from sluice_api`);
  expect(await listGrants()).not.toEqual(before);
  await assign();
  expect(await listGrants()).toEqual(before);
  await expect(catalog.as('api').execute(sql`select from drizzle.__drizzle_migrations`)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('permission denied for schema drizzle') },
  });
});

test('a run gives a role the password that its secret holds now', async () => {
  const { secretArn } = catalog.locations.api;
  const login = catalog.secrets.get(secretArn)!;
  try {
    catalog.secrets.set(secretArn, { ...login, password: 'a-new-password' });
    await assign({ ...PASSWORDS, api: 'a-new-password' });
    expect((await catalog.as('api').execute(sql`select current_user as who`)).rows).toEqual([{ who: roleName }]);
  } finally {
    catalog.secrets.set(secretArn, login);
    await assign();
  }
});

test('neither a password nor what the database stores of it appears in an error, and no password in a statement', async () => {
  const sent: string[] = [];
  const name = 'record-passwords';
  catalog.client.middlewareStack.add(
    (next) => async (args) => {
      const text = (args.input as { sql?: string }).sql ?? '';
      sent.push(text);
      if (text.startsWith('alter role')) throw new Error('the database is gone');
      return next(args);
    },
    { step: 'initialize', name },
  );
  try {
    const failure = await assign().catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(RolePasswordError);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/SCRAM|password-of/);
    expect(String(failure)).toContain('the database is gone');
  } finally {
    catalog.client.middlewareStack.remove(name);
  }
  expect(sent.filter((text) => text.includes('SCRAM-SHA-256'))).toHaveLength(1);
  expect(sent.filter((text) => text.includes('password-of'))).toEqual([]);
});

test('a verifier is the one that PostgreSQL computes', async () => {
  const sqlText = "create role verified password 'Some-Passw0rd~'";
  const { clusterArn: resourceArn, secretArn, database } = catalog.locations.owner;
  await catalog.client.send(new ExecuteStatementCommand({ resourceArn, secretArn, database, sql: sqlText }));
  const { rows } = await catalog.owner.execute<{ stored: string }>(
    sql`select rolpassword as stored from pg_authid where rolname = 'verified'`,
  );
  await catalog.owner.execute(sql`drop role verified`);
  const stored = String(rows[0]?.stored);
  const [, iterations, salt = ''] = /^SCRAM-SHA-256\$(\d+):([^$]+)/.exec(stored) ?? [];
  expect(scramVerifier('Some-Passw0rd~', { iterations: Number(iterations), salt: Buffer.from(salt, 'base64') })).toBe(stored);
  expect(() => scramVerifier('пароль')).toThrow(RangeError);
});
