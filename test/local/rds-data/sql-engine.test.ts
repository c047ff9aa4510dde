import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type RDSDataClient,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { type LocalCatalog, startLocalCatalog } from '../../support/catalog/local-catalog.ts';

const hasServer = process.env['DATABASE_URL'] !== undefined;

let catalog: LocalCatalog;
let target: { resourceArn: string; secretArn: string };
beforeAll(async () => {
  catalog = await startLocalCatalog({ migrated: false, idleTransactionMs: 2000 });
  target = { resourceArn: catalog.location.clusterArn, secretArn: catalog.location.secretArn };
  await execute('create table counters (name text primary key, value int4 not null)');
});
afterAll(() => catalog.close());

interface Where {
  readonly client?: RDSDataClient;
  readonly transactionId?: string;
}

async function execute(sql: string, { client = catalog.client, transactionId }: Where = {}) {
  const response = await client.send(new ExecuteStatementCommand({ ...target, sql, transactionId }));
  return response.records?.[0]?.[0]?.longValue;
}

async function begin(client = catalog.client): Promise<string> {
  return (await client.send(new BeginTransactionCommand(target))).transactionId ?? '';
}

function commit(transactionId: string, client = catalog.client) {
  return client.send(new CommitTransactionCommand({ ...target, transactionId }));
}

function rollback(transactionId: string, client = catalog.client) {
  return client.send(new RollbackTransactionCommand({ ...target, transactionId }));
}

function valueOf(name: string): Promise<number | undefined> {
  return execute(`select value from counters where name = '${name}'`);
}

test('serves a hundred concurrent calls, more than connections, without losing an update', async () => {
  await execute(`insert into counters values ('shared', 0)`);
  const inTransaction = async (caller: number): Promise<void> => {
    const client = catalog.connect();
    const transactionId = await begin(client);
    const where = { client, transactionId };
    const value = await execute(`select value from counters where name = 'shared' for update`, where);
    await execute(`update counters set value = ${(value ?? Number.NaN) + 1} where name = 'shared'`, where);
    await (caller % 2 === 0 ? commit(transactionId, client) : rollback(transactionId, client));
  };
  const outsideTransaction = () => execute(`update counters set value = value + 1 where name = 'shared'`);
  await Promise.all(
    Array.from({ length: 100 }, (_, caller) => (caller < 30 ? inTransaction(caller) : outsideTransaction())),
  );
  expect(await valueOf('shared')).toBe(70 + 15);
});

test('rolls back an idle transaction, and runs the statements that wait for it', async () => {
  const forgotten = await begin();
  await execute(`insert into counters values ('left', 1)`, { transactionId: forgotten });
  await execute(`insert into counters values ('left', 2)`);
  expect(await valueOf('left')).toBe(2);
  await expect(execute('select 1', { transactionId: forgotten })).rejects.toMatchObject({
    name: 'TransactionNotFoundException',
  });
  await expect(commit(forgotten)).rejects.toMatchObject({ name: 'TransactionNotFoundException' });
});

test('rejects further statements after a failed one until the transaction is rolled back', async () => {
  const transactionId = await begin();
  await execute(`insert into counters values ('undone', 1)`, { transactionId });
  await expect(execute('select 1 / 0', { transactionId })).rejects.toMatchObject({
    message: expect.stringContaining('22012'),
  });
  await expect(execute('select 1', { transactionId })).rejects.toMatchObject({
    message: expect.stringContaining('25P02'),
  });
  await rollback(transactionId);
  expect(await valueOf('undone')).toBeUndefined();
});

/** Tests that need several connections. */
(hasServer ? describe : describe.skip)('on a server', () => {
  const backendOf = (transactionId: string) => execute('select pg_backend_pid()', { transactionId });
  const ended = { name: 'DatabaseErrorException', message: expect.stringContaining('SQLState: 57P01') };

  test('fails one of two deadlocked transactions, and continues the other', async () => {
    await execute(`insert into counters values ('one', 0), ('two', 0)`);
    const orders = [['one', 'two'], ['two', 'one']] as const;
    const lock = (name: string, transactionId: string) =>
      execute(`update counters set value = value + 1 where name = '${name}'`, { transactionId });
    const opened = await Promise.all(
      orders.map(async ([first, second]) => {
        const transactionId = await begin();
        await lock(first, transactionId);
        return { second, transactionId };
      }),
    );
    const outcome = await Promise.allSettled(
      opened.map(async ({ second, transactionId }) => {
        await lock(second, transactionId);
        await commit(transactionId);
      }),
    );
    const [refused, ...more] = outcome.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toMatchObject({ name: 'DatabaseErrorException', message: expect.stringContaining('40P01') });
    expect(more).toEqual([]);
    expect([await valueOf('one'), await valueOf('two')]).toEqual([1, 1]);
  });

  test('loses only the transaction of a connection that the server ends', async () => {
    const transactionId = await begin();
    await execute(`insert into counters values ('lost', 1)`, { transactionId });
    await execute(`select pg_terminate_backend(${await backendOf(transactionId)}, 5000)`);
    await expect(execute('select 1', { transactionId })).rejects.toMatchObject(ended);
    await rollback(transactionId);
    expect(await valueOf('lost')).toBeUndefined();
  });

  test('fails the running statement when the server ends its connection, and serves the next call', async () => {
    const transactionId = await begin();
    const backend = await backendOf(transactionId);
    const running = execute('select pg_sleep(30)', { transactionId });
    const seen = `select count(*) from pg_stat_activity where pid = ${backend} and query like 'select pg_sleep%'`;
    while ((await execute(seen)) === 0);
    await Promise.all([
      expect(running).rejects.toMatchObject(ended),
      execute(`select pg_terminate_backend(${backend}, 5000)`),
    ]);
    await expect(commit(transactionId)).rejects.toMatchObject(ended);
    expect(await execute('select 1')).toBe(1);
  });
});
