import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { markerOf, prepareCluster } from '../../../local/rds-data/cluster-directory.ts';
import { PgliteEngine } from '../../../local/rds-data/pglite-engine.ts';

/** A real cluster, whose files are copied. */
let complete: string;
beforeAll(async () => {
  complete = join(mkdtempSync(join(tmpdir(), 'cluster-')), 'database');
  const engine = new PgliteEngine({ dataDir: complete });
  await engine.ready();
  await engine.close();
});
afterAll(() => rmSync(dirname(complete), { recursive: true }));

let directory: string;
let dataDir: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  dataDir = join(directory, 'database');
  // The check reads no other files.
  for (const name of ['PG_VERSION', 'global/pg_control']) cpSync(join(complete, name), join(dataDir, name));
  writeFileSync(markerOf(dataDir), '');
});
afterEach(() => rmSync(directory, { recursive: true }));

function fileOf(name: string): string {
  return join(dataDir, name);
}

test('accepts a complete cluster', () => {
  expect(prepareCluster(dataDir, true)).toBe(false);
});

test.each<[string, string, (path: string) => void, string]>([
  ['PG_VERSION', 'missing', rmSync, 'is damaged: it is missing'],
  ['PG_VERSION', 'empty', truncateSync, 'is damaged: it is empty'],
  ['PG_VERSION', 'flipped', (path) => writeFileSync(path, '08\u0001'), 'is damaged: it is not a version'],
  ['PG_VERSION', 'newer', (path) => writeFileSync(path, '19\n'), 'has format 19, written by a newer version of Sluice'],
  ['PG_VERSION', 'older', (path) => writeFileSync(path, '17\n'), 'is of PostgreSQL 17'],
  ['global/pg_control', 'missing', rmSync, 'is damaged: it is missing'],
  ['global/pg_control', 'empty', truncateSync, 'is damaged: it is empty'],
  ['global/pg_control', 'cut', (path) => truncateSync(path, 200), 'is damaged: its content does not match its checksum'],
  [
    'global/pg_control',
    'flipped',
    (path) => writeFileSync(path, readFileSync(path).fill(9, 100, 101)),
    'is damaged: its content does not match its checksum',
  ],
])('refuses a cluster whose %s is %s', (name, _kind, damage, problem) => {
  damage(fileOf(name));
  expect(() => prepareCluster(dataDir, true)).toThrow(`${fileOf(name)} ${problem}`);
});

test('refuses a missing cluster, and keeps one without its marker, if the rest of the state belongs to it', () => {
  rmSync(markerOf(dataDir));
  expect(prepareCluster(dataDir, true)).toBe(false);
  rmSync(dataDir, { recursive: true });
  expect(() => prepareCluster(dataDir, true)).toThrow(`${dataDir} is damaged: it is missing`);
});

test('removes a cluster that a first start left incomplete', () => {
  rmSync(markerOf(dataDir));
  expect(prepareCluster(dataDir, false)).toBe(true);
  expect(existsSync(dataDir)).toBe(false);
});

test('gives the reason of PostgreSQL when it cannot open a cluster', async () => {
  cpSync(complete, dataDir, { recursive: true });
  truncateSync(fileOf('global/1262'));
  const engine = new PgliteEngine({ dataDir });
  try {
    await expect(engine.query({ text: 'select 1', values: [] })).rejects.toThrow(
      new RegExp(`^${dataDir} is damaged: PostgreSQL cannot open it \\((?:FATAL|PANIC): .*\\)\\. Restore it from a backup, or`),
    );
  } finally {
    await engine.close();
  }
});

test('gives up on a cluster that does not open in time', async () => {
  const engine = new PgliteEngine({ dataDir, maxOpeningMs: 1 });
  await expect(engine.ready()).rejects.toThrow('PostgreSQL cannot open it (it did not open within 0.001 seconds)');
  await engine.close();
});
