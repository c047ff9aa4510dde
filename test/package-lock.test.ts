import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
}

/** Oldest major version of Node that `engines` of package.json allows. */
const OLDEST_MAJOR = 20;

const { packages }: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
);

function accepts(range: string, major: number): boolean {
  return range.split('||').some((part) => {
    const [, operator = '', lowest] = /^\s*(\D*?)\s*(\d+)/.exec(part) ?? [];
    if (lowest === undefined) return true;
    return operator === '>=' || operator === '>' ? Number(lowest) <= major : Number(lowest) === major;
  });
}

test('no package asks for a newer Node than the project, for which npm ci would warn', () => {
  expect(packages['']?.engines?.node).toBe(`>=${OLDEST_MAJOR}`);
  const refusing = Object.entries(packages).flatMap(([path, { version, engines }]) =>
    engines?.node === undefined || accepts(engines.node, OLDEST_MAJOR) ? [] : [`${path}@${version}: ${engines.node}`],
  );
  expect(refusing).toEqual([]);
});
