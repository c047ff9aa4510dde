import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgliteEngine } from '../../../local/rds-data/pglite-engine.ts';
import { SqlEngineBusyError } from '../../../local/rds-data/sql-engine.ts';
import { PLAIN_CLUSTER } from '../../support/catalog/plain-cluster.ts';

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
  const killed = new PgliteEngine({ dataDir, seed: PLAIN_CLUSTER });
  await killed.query(statement('create table kept (n int)'));
  await killed.query(statement('insert into kept values (1)'));
  const open = await killed.begin();
  await open.query(statement('insert into kept values (2)'));
  await killed.kill();
  await expect(killed.query(statement('select 1'))).rejects.toThrow('closed');

  const engine = new PgliteEngine({ dataDir, seed: PLAIN_CLUSTER });
  try {
    expect((await engine.query(statement('select n from kept'))).rows).toEqual([['1']]);
  } finally {
    await engine.close();
  }
});

test('queues statements behind an open transaction up to the limit, and copies committed changes', async () => {
  const engine = new PgliteEngine({ maxWaiting: 2, seed: PLAIN_CLUSTER });
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
  const copy = new PgliteEngine({ seed: file });
  try {
    expect((await copy.query(statement('select n from kept order by n'))).rows).toEqual([['1'], ['2']]);
  } finally {
    await copy.close();
  }
});
