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

test('bundles each folder with a handler into one self-contained file', () => {
  bundleFunctions(root);
  expect(readFileSync(bundle('one'), 'utf8')).toContain('hello');
  expect(existsSync(bundle('shared'))).toBe(false);
});

test('produces the same bytes from the same sources and does not rewrite them', () => {
  bundleFunctions(root);
  const before = { bytes: readFileSync(bundle('one')), inode: statSync(bundle('one')).ino };
  bundleFunctions(root);
  expect({ bytes: readFileSync(bundle('one')), inode: statSync(bundle('one')).ino }).toEqual(before);
});

test('updates every bundle that imports a changed file', () => {
  bundleFunctions(root);
  write('lambdas/shared/greeting.ts', "export const greeting: string = 'goodbye';");
  bundleFunctions(root);
  expect(readFileSync(bundle('one'), 'utf8')).toContain('goodbye');
});

test('copies migrations into their function’s bundle and hashes them', () => {
  const first = bundleFunctions(root).migrationsHash;
  write('catalog/migrations/0001_second.sql', 'select 2;');
  const second = bundleFunctions(root).migrationsHash;
  expect(second).not.toBe(first);
  expect(readFileSync(join(bundle('migrate-catalog'), '../migrations/0001_second.sql'), 'utf8')).toBe('select 2;');
});

test('throws when a function does not compile', () => {
  write('lambdas/one/handler.ts', "import { missing } from './missing.ts'; export const handler = missing;");
  expect(() => bundleFunctions(root)).toThrow(/missing\.ts/);
});
