import { readFileSync } from 'node:fs';

/** A package as its `package.json` declares it. */
export interface LicensedPackage {
  readonly name: string;
  /** SPDX expression, such as `MIT` or `(MIT OR GPL-3.0-or-later)`. */
  readonly license: string;
}

/** SPDX identifiers of the licenses under which a package may be distributed as part of Sluice. */
const PERMISSIVE = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0', 'Zlib']);

/** Folder of the package that a file belongs to, the innermost if packages are nested. */
const PACKAGE_FOLDER = /^.*[\\/]?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/s;

/** Returns whether an SPDX expression leaves a choice of permissive licenses only. */
export function isPermissive(expression: string): boolean {
  const choices = expression.replace(/^\(([^()]*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((identifier) => PERMISSIVE.has(identifier)));
}

/** @throws Error that names every package whose license is not permissive, so that no build contains it */
export function requirePermissive(packages: readonly LicensedPackage[]): void {
  const others = packages.filter(({ license }) => !isPermissive(license));
  if (others.length === 0) return;
  const list = others.map(({ name, license }) => `${name} (${license})`).join(', ');
  throw new Error(`Only packages with a permissive license may be bundled, unlike ${list}.`);
}

/** Returns the packages that the files belong to, each once; other files belong to none. */
export function packagesOf(files: readonly string[]): LicensedPackage[] {
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
  return [...folders].map((folder) => {
    const { name, license }: Partial<LicensedPackage> = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return { name: name ?? folder, license: license ?? 'no license' };
  });
}
