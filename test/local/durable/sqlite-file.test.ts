import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteFile } from '../../../local/durable/sqlite-file.ts';

const OPTIONS = { schema: 'CREATE TABLE IF NOT EXISTS kept (text TEXT)', format: 2, remedy: 'or delete it' };

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sqlite-file-'));
  path = join(directory, 'deep', 'kept.sqlite');
  const connection = openSqliteFile(path, OPTIONS);
  connection.exec(`INSERT INTO kept SELECT '${'x'.repeat(50)}' FROM json_each('[${'0,'.repeat(999)}0]')`);
  connection.close();
});
afterEach(() => rmSync(directory, { recursive: true }));

test('keeps rows, and records the format', () => {
  const connection = openSqliteFile(path, OPTIONS);
  expect(connection.prepare('SELECT count(*) AS n FROM kept').get()).toEqual({ n: 1000 });
  expect(connection.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  connection.close();
});

test('opens a file without a format, as earlier versions wrote it', () => {
  const earlier = new DatabaseSync(path);
  earlier.exec('PRAGMA user_version = 0');
  earlier.close();
  const connection = openSqliteFile(path, OPTIONS);
  expect(connection.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  connection.close();
});

test.each<[string, (content: Buffer) => Uint8Array, RegExp]>([
  ['empty', () => Buffer.alloc(0), /: it is empty/],
  ['cut', (content) => content.subarray(0, content.length / 2), /: SQLite reports "/],
  ['flipped in its header', (content) => content.fill(0, 0, 1), /: SQLite reports ".*file is not a database"/],
  ['flipped in the type of a page', (content) => content.fill(0, 8192, 8193), /: SQLite reports "/],
])('refuses a file that is %s, and leaves it alone', (_name, damage, problem) => {
  const damaged = damage(readFileSync(path));
  writeFileSync(path, damaged);
  const open = () => openSqliteFile(path, OPTIONS);
  expect(open).toThrow(`${path} is damaged: `);
  expect(open).toThrow(problem);
  expect(open).toThrow('Restore it from a backup, or delete it.');
  expect(readFileSync(path).equals(damaged)).toBe(true);
});

test('refuses a file of a newer version', () => {
  expect(() => openSqliteFile(path, { ...OPTIONS, format: 1 })).toThrow(
    `${path} has format 2, written by a newer version of Sluice; this version reads formats up to 1.`,
  );
});
