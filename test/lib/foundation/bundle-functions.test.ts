import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../../lib/foundation/bundle-functions.ts';

let root: string;

function bundle(name: string): string {
  return join(root, '.build/lambdas', name, 'index.mjs');
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-bundles-'));
  write('lambdas/shared/greeting.ts', "export const greeting: string = 'hello';");
  write('lambdas/one/handler.ts', "export { greeting as handler } from '../shared/greeting.ts';");
  write('lambdas/migrate-catalog/handler.ts', "export { readFileSync as handler } from 'node:fs';");
  write('catalog/migrations/0000_first.sql', 'select 1;');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('each folder with a handler becomes one file that holds all it needs', () => {
  bundleFunctions(root);
  expect(readFileSync(bundle('one'), 'utf8')).toContain('hello');
  expect(existsSync(bundle('shared'))).toBe(false);
});

test('the same sources give the same bytes, which are not written again', () => {
  bundleFunctions(root);
  const before = { bytes: readFileSync(bundle('one')), inode: statSync(bundle('one')).ino };
  bundleFunctions(root);
  expect({ bytes: readFileSync(bundle('one')), inode: statSync(bundle('one')).ino }).toEqual(before);
});

test('a change of a shared file changes the bundles that use it', () => {
  bundleFunctions(root);
  write('lambdas/shared/greeting.ts', "export const greeting: string = 'goodbye';");
  bundleFunctions(root);
  expect(readFileSync(bundle('one'), 'utf8')).toContain('goodbye');
});

test('migrations travel with the function that applies them, and a new one changes their hash', () => {
  const first = bundleFunctions(root).migrationsHash;
  write('catalog/migrations/0001_second.sql', 'select 2;');
  const second = bundleFunctions(root).migrationsHash;
  expect(second).not.toBe(first);
  expect(readFileSync(join(bundle('migrate-catalog'), '../migrations/0001_second.sql'), 'utf8')).toBe('select 2;');
});

test('a function that does not compile stops the synthesis', () => {
  write('lambdas/one/handler.ts', "import { missing } from './missing.ts'; export const handler = missing;");
  expect(() => bundleFunctions(root)).toThrow(/missing\.ts/);
});
