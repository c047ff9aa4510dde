import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgliteEngine } from '../../../local/rds-data/pglite-engine.ts';
import { RdsData } from '../../../local/rds-data/rds-data.ts';
import { SqlEngineBusyError, StatementTimeoutError } from '../../../local/rds-data/sql-engine.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pglite-'));
});
afterEach(() => rm(directory, { recursive: true }));

function statement(text: string) {
  return { text, values: [] };
}

test('keeps committed changes, and no others, when the worker is killed', async () => {
  const dataDir = join(directory, 'state', 'database');
  const killed = new PgliteEngine({ dataDir });
  await killed.query(statement('create table kept (n int)'));
  await killed.query(statement('insert into kept values (1)'));
  const open = await killed.begin();
  await open.query(statement('insert into kept values (2)'));
  await killed.kill();
  await expect(killed.query(statement('select 1'))).rejects.toThrow('closed');

  const engine = new PgliteEngine({ dataDir });
  try {
    expect((await engine.query(statement('select n from kept'))).rows).toEqual([['1']]);
  } finally {
    await engine.close();
  }
});

test('queues statements behind an open transaction up to the limit, and copies committed changes', async () => {
  const engine = new PgliteEngine({ maxWaiting: 2 });
  const file = join(directory, 'copies', 'cluster.tar');
  try {
    const transaction = await engine.begin();
    await transaction.query(statement('create table kept (n int)'));
    const waiting = [1, 2].map((n) => engine.query(statement(`insert into kept values (${n}) returning n`)));
    await expect(engine.query(statement('select 3'))).rejects.toThrow(SqlEngineBusyError);
    expect((await transaction.query(statement('select count(*) from kept'))).rows).toEqual([['0']]);
    await transaction.commit();
    expect((await Promise.all(waiting)).map(({ rows }) => rows)).toEqual([[['1']], [['2']]]);
    await engine.save(file);
  } finally {
    await engine.close();
  }
  for (const dataDir of [undefined, join(directory, 'database')]) {
    const copy = new PgliteEngine({ ...(dataDir !== undefined && { dataDir }), seed: file });
    try {
      expect((await copy.query(statement('select n from kept order by n'))).rows).toEqual([['1'], ['2']]);
    } finally {
      await copy.close();
    }
  }
});

test('rejects statements with the damage of the copied cluster', async () => {
  const seed = join(directory, 'cluster.tar');
  writeFileSync(seed, Buffer.alloc(1024, 'x'));
  const engine = new PgliteEngine({ seed });
  await expect(engine.query(statement('select 1'))).rejects.toThrow('The copy of the database contains an unexpected entry');
  await engine.close();
});

test('creates a cluster with the format, encoding and collation of the running PostgreSQL', async () => {
  const engine = new PgliteEngine({ dataDir: join(directory, 'database') });
  try {
    const { rows } = await engine.query(
      statement(`select split_part(current_setting('server_version'), '.', 1), pg_encoding_to_char(encoding), datcollate, datctype
        from pg_database where datname = current_database()`),
    );
    expect(rows).toEqual([[readFileSync(join(directory, 'database', 'PG_VERSION'), 'utf8').trim(), 'UTF8', 'C', 'C.UTF-8']]);
  } finally {
    await engine.close();
  }
});

test('cancels a statement that exceeds its time, and keeps committed changes', async () => {
  const engine = new PgliteEngine({ dataDir: join(directory, 'database'), statementTimeoutMs: 1000 });
  try {
    await engine.query(statement('create table kept (n int)'));
    await engine.query(statement('insert into kept values (1)'));
    const transaction = await engine.begin();
    await transaction.query(statement('insert into kept values (2)'));
    const waiting = engine.query(statement('select n from kept'));
    await expect(transaction.query(statement('select pg_sleep(3600)'))).rejects.toThrow(StatementTimeoutError);
    await expect(transaction.commit()).rejects.toThrow(StatementTimeoutError);
    expect((await waiting).rows).toEqual([['1']]);
    expect((await engine.query({ ...statement('select pg_sleep(1.5)::text'), isUnlimited: true })).rows).toEqual([['']]);
  } finally {
    await engine.close();
  }
});

test('knows the identity of an existing cluster before it is open', async () => {
  const dataDir = join(directory, 'database');
  const created = new PgliteEngine({ dataDir });
  const identity = await new RdsData({ engine: created, readLogin: () => ({ username: '', password: '' }) }).databaseIdentity();
  await created.close();
  const reopened = new PgliteEngine({ dataDir });
  try {
    expect(reopened.identify()).toBe(identity);
  } finally {
    await reopened.close();
  }
});

test('starts again after a panic, as on a full disk, without open transactions', async () => {
  const dataDir = join(directory, 'database');
  const engine = new PgliteEngine({ dataDir });
  try {
    await engine.query(statement('create table kept (n int)'));
    await engine.query(statement('insert into kept values (1)'));
    const transaction = await engine.begin();
    await transaction.query(statement('insert into kept values (2)'));
    await rename(join(dataDir, 'pg_wal'), join(dataDir, 'away'));
    await expect(transaction.query(statement("select pg_switch_wal(), pg_logical_emit_message(false, '', 'x', true)"))).rejects.toThrow(
      'could not',
    );
    await expect(transaction.query(statement('select 1'))).rejects.toThrow('The database ended and is restarting.');
    await transaction.rollback().catch(() => undefined);
    await expect(engine.query(statement('select 1'))).rejects.toThrow('The database cannot be restarted: ');
    await rename(join(dataDir, 'away'), join(dataDir, 'pg_wal'));
    expect((await engine.query(statement('select n from kept'))).rows).toEqual([['1']]);
    await engine.query(statement('insert into kept values (3)'));
  } finally {
    await engine.close();
  }
});
