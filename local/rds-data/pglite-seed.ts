import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Where in `directory` the seed of that name lies: another release of PGlite, and other content, finds another file.
 *
 * @param content whatever went into the cluster beside what PGlite makes, such as its migrations
 */
export function pgliteSeed(directory: string, name: string, content = ''): string {
  const hash = createHash('sha256').update(releaseOfPglite()).update(content).digest('hex');
  return join(directory, `${name}-${hash.slice(0, 16)}.tar`);
}

/** The package exports no path to its own description, which stands a level above its entry. */
function releaseOfPglite(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
}
