import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPages } from '../../../lib/pages/build-pages.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-web-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeAll(() => {
  const config = { build: { license: { fileName: 'third-party-licenses.json' } } };
  write('web/vite.config.ts', `export default ${JSON.stringify(config)};`);
});

test('builds only when the sources have changed, and the same bytes from the same sources', async () => {
  write('web/index.html', '<!doctype html><title>x</title><script type="module" src="/main.ts"></script>');
  write('web/main.ts', 'document.title = "one";');
  const built = await buildPages(root);
  const first = readFileSync(join(built, 'index.html'), 'utf8');
  expect(first).toMatch(/src="\/assets\/index-[\w-]+\.js"/);

  write('.build/web/kept', '');
  expect(await buildPages(root)).toBe(built);
  expect(existsSync(join(built, 'kept'))).toBe(true);

  write('web/main.ts', 'document.title = "two";');
  await buildPages(root);
  expect(existsSync(join(built, 'kept'))).toBe(false);
  expect(readFileSync(join(built, 'index.html'), 'utf8')).not.toBe(first);

  write('web/main.ts', 'document.title = "one";');
  await buildPages(root);
  expect(readFileSync(join(built, 'index.html'), 'utf8')).toBe(first);

  write('web/main.ts', 'import "./missing.ts";');
  await expect(buildPages(root)).rejects.toThrow(/could not be built:[^]*missing\.ts/);
});

test.each(['lambdas/contracts/steps.ts', 'media/length.ts'])('builds again when %s has changed, which the pages import', async (imported) => {
  write('web/index.html', '<!doctype html><title>x</title><script type="module" src="/main.ts"></script>');
  write('web/main.ts', `import { title } from '../${imported}'; document.title = title;`);
  write(imported, "export const title = 'before';");
  const first = readFileSync(join(await buildPages(root), 'index.html'), 'utf8');

  write(imported, "export const title = 'after';");
  expect(readFileSync(join(await buildPages(root), 'index.html'), 'utf8')).not.toBe(first);
});

test('refuses a package whose license is not permissive', async () => {
  write('web/node_modules/copyleft/package.json', JSON.stringify({ name: 'copyleft', license: 'AGPL-3.0-only', main: 'index.js' }));
  write('web/node_modules/copyleft/index.js', 'export const name = document.title;');
  write('web/index.html', '<!doctype html><title>x</title><script type="module" src="/main.ts"></script>');
  write('web/main.ts', "import { name } from 'copyleft'; console.log(name);");
  await expect(buildPages(root)).rejects.toThrow(/unlike copyleft \(AGPL-3\.0-only\)/);
});
