import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENTS = globSync(['*.md', 'docs/*.md'], { cwd: ROOT });
const SOURCES = globSync('{bench,bin,catalog,lambdas,lib,lint,local,media,test,web}/**/*.{ts,tsx,js,css}', {
  cwd: ROOT,
});

/** Path in backquotes that starts with a folder of the repository; placeholders and patterns do not match. */
const QUOTED_PATH = /`((?:\.ci|bench|bin|catalog|docs|lambdas|lib|lint|local|media|test|web)\/[\w./-]*)`/g;
/** Target of a Markdown link that is not a URL, without its fragment. */
const LINK = /\]\((?!https?:)([^)#\s]+)/g;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Returns the paths that a text mentions in backquotes and that do not exist. */
function missingPaths(text: string): string[] {
  return [...text.matchAll(QUOTED_PATH)].map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)));
}

/** Returns the relative targets of Markdown links in a text that do not exist. @param folder folder of the document */
function brokenLinks(text: string, folder: string): string[] {
  return [...text.matchAll(LINK)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(ROOT, folder, target)));
}

test.each(DOCUMENTS)('every path and relative link in %s exists', (file) => {
  expect([...missingPaths(read(file)), ...brokenLinks(read(file), dirname(file))]).toEqual([]);
});

test('every path that a source file mentions in backquotes exists', () => {
  const missing = SOURCES.flatMap((file) => missingPaths(read(file)).map((path) => `${file}: ${path}`));
  expect(missing).toEqual([]);
});

test('finds missing paths and broken links', () => {
  const quoted = (path: string): string => `See \`${path}\`.`;
  expect(missingPaths(quoted('lib/sluice.ts') + quoted('lib/gone.ts') + quoted('lambdas/<name>/handler.ts'))).toEqual([
    'lib/gone.ts',
  ]);
  expect(brokenLinks('[a](../README.md#cost) [b](gone.md) [c](https://example.com/)', 'docs')).toEqual(['gone.md']);
});
