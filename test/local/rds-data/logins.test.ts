import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { CatalogLocation } from '../../../catalog/database.ts';
import { readLogin } from '../../../local/rds-data/read-login.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started));

function target({ clusterArn, secretArn, database }: CatalogLocation) {
  return { resourceArn: clusterArn, secretArn, database };
}

async function execute(where: CatalogLocation, text: string, transactionId?: string): Promise<unknown> {
  const { records } = await catalog.client.send(
    new ExecuteStatementCommand({ ...target(where), sql: text, ...(transactionId !== undefined && { transactionId }) }),
  );
  return records?.map((row) => row.map(({ stringValue }) => stringValue));
}

async function begin(where: CatalogLocation): Promise<string> {
  return (await catalog.client.send(new BeginTransactionCommand(target(where)))).transactionId ?? '';
}

const WHO = 'select current_user::text, session_user::text';

test('each secret stands for its role, also in the statements of a transaction', async () => {
  const { chain, api, owner } = catalog.locations;
  expect(await execute(chain, WHO)).toEqual([['sluice_chain', 'sluice_chain']]);
  expect(await execute(api, WHO)).toEqual([['sluice_api', 'sluice_api']]);
  const transactionId = await begin(chain);
  expect(await execute(chain, WHO, transactionId)).toEqual([['sluice_chain', 'sluice_chain']]);
  await expect(execute(chain, 'select from idempotency_keys', transactionId)).rejects.toThrow(
    'permission denied for table idempotency_keys; SQLState: 42501',
  );
  await catalog.client.send(new RollbackTransactionCommand({ ...target(chain), transactionId }));
  const [[user]] = (await execute(owner, WHO)) as [[string]];
  expect(user).not.toMatch(/^sluice_/);
  await expect(execute(chain, 'select from idempotency_keys')).rejects.toThrow('SQLState: 42501');
});

/** Ways in which a role might become the owner, whose name stands for OWNER. */
const CLIMBS = [
  'reset role',
  'set role none',
  'set role OWNER',
  'set local role OWNER',
  'reset session authorization',
  'set session authorization default',
  'set session authorization OWNER',
  'set local session authorization OWNER',
  'discard all',
  'reset all',
  "select set_config('role', 'OWNER', false)",
  "select set_config('session_authorization', 'OWNER', false)",
  "update pg_settings set setting = 'OWNER' where name = 'session_authorization'",
  "do $$ begin execute 'reset session authorization'; delete from idempotency_keys; end $$",
  "do $$ begin execute 'set session authorization OWNER'; delete from idempotency_keys; end $$",
  "do $$ begin perform set_config('role', 'OWNER', false); delete from idempotency_keys; end $$",
];

test.each(CLIMBS)('a role stays itself after %s', async (statement) => {
  const { chain, owner } = catalog.locations;
  const [[user]] = (await execute(owner, WHO)) as [[string]];
  await execute(owner, "insert into idempotency_keys (owner_id, key, request_hash, resource_id) values ('o', 'k', 'h', gen_random_uuid()) on conflict do nothing");
  const climb = statement.replaceAll('OWNER', user);
  await execute(chain, climb).catch(() => undefined);
  expect(await execute(chain, WHO)).toEqual([['sluice_chain', 'sluice_chain']]);

  const transactionId = await begin(chain);
  const failed = await execute(chain, climb, transactionId).then(() => false, () => true);
  const after = execute(chain, 'delete from idempotency_keys', transactionId);
  await expect(after).rejects.toThrow(failed ? 'SQLState: 25P02' : 'SQLState: 42501');
  await catalog.client.send(new RollbackTransactionCommand({ ...target(chain), transactionId }));
  const kept = await catalog.owner.execute(sql`select count(*) as count from idempotency_keys where key = 'k'`);
  expect(kept.rows).toEqual([{ count: 1 }]);
});

test('the transaction of another role is not found', async () => {
  const { chain, owner } = catalog.locations;
  const transactionId = await begin(owner);
  const notFound = { name: 'TransactionNotFoundException' };
  await expect(execute(chain, 'select 1', transactionId)).rejects.toMatchObject(notFound);
  const commit = new CommitTransactionCommand({ ...target(chain), transactionId });
  await expect(catalog.client.send(commit)).rejects.toMatchObject(notFound);
  await catalog.client.send(new RollbackTransactionCommand({ ...target(owner), transactionId }));
});

// Whether a server demands passwords is the decision of its configuration.
(process.env['DATABASE_URL'] === undefined ? describe : describe.skip)('in process', () => {
  test.each(['chain', 'owner'] as const)('a wrong password of %s is refused, and the right one accepted afterwards', async (role) => {
    const where = catalog.locations[role];
    const login = catalog.secrets.get(where.secretArn)!;
    await execute(where, 'select 1');
    catalog.secrets.set(where.secretArn, { ...login, password: 'wrong' });
    const refusal = {
      name: 'DatabaseErrorException',
      message: `FATAL: password authentication failed for user "${login.username}"; SQLState: 28P01`,
    };
    await expect(execute(where, 'select 1')).rejects.toMatchObject(refusal);
    await expect(begin(where)).rejects.toMatchObject(refusal);
    catalog.secrets.set(where.secretArn, login);
    await execute(where, 'select 1');
    expect(await execute(catalog.locations.chain, WHO)).toEqual([['sluice_chain', 'sluice_chain']]);
  });
});

test('a role that is missing, or may not log in, is refused like a wrong password', async () => {
  const { secretArn } = catalog.locations.api;
  const login = catalog.secrets.get(secretArn)!;
  catalog.secrets.set(secretArn, { ...login, username: 'nobody' });
  await expect(execute(catalog.locations.api, 'select 1')).rejects.toThrow(/^FATAL: .*"nobody".*SQLState: 28/);
  catalog.secrets.set(secretArn, login);
  expect(await execute(catalog.locations.api, WHO)).toEqual([['sluice_api', 'sluice_api']]);
});

describe('a secret', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
  const secrets = new SecretsManager(directory);
  afterAll(() => rmSync(directory, { recursive: true }));

  test('that does not exist is reported as one that could not be read', async () => {
    const unknown = { ...catalog.locations.chain, secretArn: catalog.locations.chain.secretArn.replace('chain', 'other') };
    await expect(execute(unknown, 'select 1')).rejects.toMatchObject({ name: 'SecretsErrorException' });
    expect(() => readLogin(secrets, unknown.secretArn)).toThrow(expect.objectContaining({ code: 'SecretsErrorException' }));
  });

  test.each([['no JSON', 'text'], ['no password', '{"username":"a"}'], ['an empty password', '{"username":"a","password":""}']])(
    'with %s is invalid',
    (_, secretString) => {
      const { arn } = secrets.open('incomplete');
      secrets.put(arn, { secretString });
      expect(() => readLogin(secrets, arn)).toThrow(expect.objectContaining({ code: 'InvalidSecretException' }));
    },
  );

  test('with credentials yields them', () => {
    const { arn } = secrets.open('complete');
    secrets.put(arn, { secretString: '{"username":"a","password":"b","engine":"postgres"}' });
    expect(readLogin(secrets, arn)).toEqual({ username: 'a', password: 'b' });
  });
});
