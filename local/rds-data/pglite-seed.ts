import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Returns the path of a seed, which differs for each release of PGlite and each content.
 *
 * @param content text that determines the cluster's content, such as its migrations
 */
export function pgliteSeed(directory: string, name: string, content = ''): string {
  const hash = createHash('sha256').update(readPgliteRelease()).update(content).digest('hex');
  return join(directory, `${name}-${hash.slice(0, 16)}.tar`);
}

/** Reads PGlite's package.json, one level above its entry point, since the package does not export it. */
function readPgliteRelease(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
}
