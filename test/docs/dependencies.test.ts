import { readFileSync } from 'node:fs';
import { isPermissive } from '../../lib/foundation/licenses.ts';
import packageJson from '../../package.json' with { type: 'json' };

const NONE = 'none declared';
const PAGE = readFileSync(new URL('../../docs/dependencies.md', import.meta.url), 'utf8');
const [PACKAGES = '', OTHERS = ''] = PAGE.split('## Other licenses');

const { dependencies, devDependencies, optionalDependencies } = packageJson;
const DIRECT = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });

const lockfile: { readonly packages: Readonly<Record<string, { readonly license?: string }>> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
);

/** Licenses of all installed packages by name; the lockfile repeats what each `package.json` declares. */
const LICENSES = new Map(
  Object.entries(lockfile.packages).map(([path, { license }]) => [
    path.split('node_modules/').at(-1) ?? '',
    license ?? NONE,
  ]),
);

/** Reads the first two columns of every row: names, of which `*` stands for any ending, and licenses. */
function readRows(text: string): { readonly names: readonly string[]; readonly licenses: string }[] {
  return [...text.matchAll(/^\| ([^|]*`[^|]*) \| ([^|]+) \|/gm)].map(([, packages = '', licenses = '']) => ({
    names: [...packages.matchAll(/`(.+?)`/g)].map(([, name = '']) => name),
    licenses,
  }));
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

test.each(readRows(PACKAGES))('names the licenses of $names', ({ names, licenses }) => {
  const declared = names.flatMap((pattern) => {
    const found = DIRECT.filter((name) => matches(pattern, name));
    expect({ pattern, found }).not.toEqual({ pattern, found: [] });
    return found.map((name) => LICENSES.get(name) ?? NONE);
  });
  expect(licenses.split(', ').toSorted()).toEqual([...new Set(declared)].toSorted());
});

test('names every dependency', () => {
  const patterns = readRows(PACKAGES).flatMap(({ names }) => names);
  expect(DIRECT.filter((name) => !patterns.some((pattern) => matches(pattern, name)))).toEqual([]);
});

test('names every installed package without a permissive license', () => {
  const patterns = readRows(OTHERS).flatMap(({ names }) => names);
  const others = [...LICENSES].filter(([name, license]) => name !== '' && !isPermissive(license)).map(([name]) => name);
  const named = (name: string): boolean => patterns.some((one) => name === one || name.startsWith(`${one}-`));
  expect(others.filter((name) => !named(name))).toEqual([]);
  expect(patterns.filter((one) => !others.includes(one))).toEqual([]);
});
