import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../../lib/foundation/bundle-functions.ts';
import { MODEL_FILE } from '../../../local/mediaconvert/model/create-job-model.ts';

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

test('bundles each folder with a handler into one self-contained file', async () => {
  await bundleFunctions(root);
  expect(readFileSync(bundle('one'), 'utf8')).toContain('hello');
  expect(existsSync(bundle('shared'))).toBe(false);
});

test('produces the same bytes from the same sources and does not rewrite them', async () => {
  await bundleFunctions(root);
  const before = { bytes: readFileSync(bundle('one')), inode: statSync(bundle('one')).ino };
  await bundleFunctions(root);
  expect({ bytes: readFileSync(bundle('one')), inode: statSync(bundle('one')).ino }).toEqual(before);
});

test('updates every bundle that imports a changed file', async () => {
  await bundleFunctions(root);
  write('lambdas/shared/greeting.ts', "export const greeting: string = 'goodbye';");
  await bundleFunctions(root);
  expect(readFileSync(bundle('one'), 'utf8')).toContain('goodbye');
});

test('copies migrations into their function’s bundle and hashes them', async () => {
  const { migrationsHash: first } = await bundleFunctions(root);
  write('catalog/migrations/0001_second.sql', 'select 2;');
  const { migrationsHash: second } = await bundleFunctions(root);
  expect(second).not.toBe(first);
  expect(readFileSync(join(bundle('migrate-catalog'), '../migrations/0001_second.sql'), 'utf8')).toBe('select 2;');
});

test('throws when a function does not compile', async () => {
  write('lambdas/one/handler.ts', "import { missing } from './missing.ts'; export const handler = missing;");
  await expect(bundleFunctions(root)).rejects.toThrow(/missing\.ts/);
});

test('bundles again when a bundle was altered or deleted', async () => {
  await bundleFunctions(root);
  const before = readFileSync(bundle('one'));
  write('.build/lambdas/one/index.mjs', 'altered');
  rmSync(bundle('migrate-catalog'));
  await bundleFunctions(root);
  expect(readFileSync(bundle('one'))).toEqual(before);
  expect(existsSync(bundle('migrate-catalog'))).toBe(true);
});

test('bundles nothing while inputs and bundles are unchanged', async () => {
  await bundleFunctions(root);
  // Its dates alone change, which only a bundler would notice.
  write('lambdas/one/handler.ts', readFileSync(join(root, 'lambdas/one/handler.ts'), 'utf8'));
  const before = statSync(join(root, '.build/lambdas.stamp')).mtimeMs;
  await bundleFunctions(root);
  expect(statSync(join(root, '.build/lambdas.stamp')).mtimeMs).toBe(before);
});

test('keeps the names of functions and classes in stack traces', async () => {
  write(
    'lambdas/one/handler.ts',
    `class ReaderError extends Error {}
    function readAnUpload() { throw new ReaderError('unreadable'); }
    export function handler(event: unknown) { readAnUpload(); return event; }`,
  );
  await bundleFunctions(root);
  const script = `const { handler } = await import(${JSON.stringify(bundle('one'))});
    try { handler(); } catch (error) { console.log(error.constructor.name, error.stack); }`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout).toMatch(/^ReaderError [^]* at readAnUpload [^]* at handler /);
});

/** Texts of MediaConvert's API model that no SDK has: where it comes from, and the bounds of a number. */
const MODEL_TEXTS = ['botocore', '__integerMin6000Max1024000'];

describe('bundles of this app', () => {
  const MAX_BUNDLE_BYTES = 1.1e6;
  /** Texts of Zod's translations, and of sources of credentials other than the environment. */
  const UNUSED_TEXTS = ['Ongeldige', 'sso_start_url', 'web_identity_token_file', 'credential_process'];

  test('are small enough to load fast, without translations of Zod and sources of credentials that functions never use', async () => {
    const { directory } = await bundleFunctions();
    for (const name of readdirSync(directory)) {
      const file = join(directory, name, 'index.mjs');
      expect({ name, isSmall: statSync(file).size < MAX_BUNDLE_BYTES }).toEqual({ name, isSmall: true });
      const code = readFileSync(file, 'utf8');
      expect(UNUSED_TEXTS.filter((text) => code.includes(text))).toEqual([]);
    }
  });

  test('hold no API model of MediaConvert, which only development needs', async () => {
    const { directory } = await bundleFunctions();
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(directory, path)).isFile());
    const textsIn = (path: string) => MODEL_TEXTS.filter((text) => readFileSync(path, 'utf8').includes(text));
    expect(textsIn(MODEL_FILE)).toEqual(MODEL_TEXTS);
    expect(files).toContain('transcode/index.mjs');
    for (const file of files) expect({ file, texts: textsIn(join(directory, file)) }).toEqual({ file, texts: [] });
  });
});

test.each([
  ['AGPL-3.0-or-later', /unlike @some\/copyleft \(AGPL-3\.0-or-later\)/],
  ['MIT AND GPL-2.0-only', /unlike @some\/copyleft/],
  [undefined, /unlike @some\/copyleft \(no license\)/],
])('refuses a package with the license %s', async (license, message) => {
  write('node_modules/@some/copyleft/package.json', JSON.stringify({ name: '@some/copyleft', license, main: 'index.js' }));
  write('node_modules/@some/copyleft/index.js', "export const greeting = 'copied';");
  write('lambdas/shared/greeting.ts', "export { greeting } from '@some/copyleft';");
  await expect(bundleFunctions(root)).rejects.toThrow(message);
  expect(existsSync(bundle('one'))).toBe(false);
});
