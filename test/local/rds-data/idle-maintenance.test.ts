import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PgliteEngine } from '../../../local/rds-data/pglite-engine.ts';

let directory: string;
let engine: PgliteEngine;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pglite-'));
  engine = new PgliteEngine({ dataDir: join(directory, 'database') });
  await run('create table film (id int primary key, title text, note text)');
  await run(`insert into film select n, md5(n::text), repeat(md5(n::text), 40) from generate_series(1, 1000) as n`);
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

async function run(text: string): Promise<readonly (readonly (string | null)[])[]> {
  return (await engine.query({ text, values: [] })).rows;
}

/** Rewrites all rows, about 1.5 MB, and sends enough statements for maintenance to become due. */
async function rewrite(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await run('update film set note = repeat(md5(note), 40)');
  for (let time = 0; time < 100; time += 1) await run(`update film set title = 'New' where id = ${time}`);
}

async function stateOf(): Promise<Record<'dead' | 'walBytes' | 'rows', number>> {
  const [row] = await run(`
    select n_dead_tup, pg_current_wal_lsn() - redo_lsn, reltuples
    from pg_stat_user_tables join pg_class on pg_class.oid = relid, pg_control_checkpoint()
    where pg_class.relname = 'film'`);
  const [dead = 0, walBytes = 0, rows = 0] = (row ?? []).map(Number);
  return { dead, walBytes, rows };
}

test('a busy database is vacuumed, analyzed and checkpointed once it is idle, however often it is read', async () => {
  await rewrite(20);
  while ((await stateOf()).dead > 0 || (await stateOf()).walBytes > 16 * 1024 ** 2) await sleep(300);
  expect((await stateOf()).rows).toBe(1000);
});

test('an open transaction is not disturbed, and statements during maintenance succeed', async () => {
  await rewrite(2);
  const transaction = await engine.begin();
  await transaction.query({ text: 'delete from film where id > 990', values: [] });
  await sleep(500);
  await transaction.rollback();
  const counts = [];
  for (let time = 0; time < 20; time += 1) {
    counts.push((await run('select count(*) from film'))[0]?.[0]);
    await sleep(50);
  }
  expect(new Set(counts)).toEqual(new Set(['1000']));
});

test('a clean stop leaves no dead rows and little of the write-ahead log', async () => {
  await rewrite(30);
  await engine.close();
  const segments = (await readdir(join(directory, 'database', 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name));
  expect(segments.length).toBeLessThanOrEqual(2);
  engine = new PgliteEngine({ dataDir: join(directory, 'database') });
  expect(await stateOf()).toMatchObject({ rows: 1000 });
  const [visible] = await run(`select relallvisible = relpages from pg_class where relname = 'film'`);
  expect(visible).toEqual(['t']);
});
