import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Returns the file name of a copied cluster, which differs for each release of PGlite.
 *
 * @param migrations text of the migrations that the cluster has
 */
export function migratedCluster(migrations: string): string {
  const hash = createHash('sha256').update(readPgliteRelease()).update(migrations).digest('hex');
  return `catalog-${hash.slice(0, 16)}.tar`;
}

/** Reads PGlite's package.json, one level above its entry point, since the package does not export it. */
function readPgliteRelease(): string {
  return readFileSync(join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json'), 'utf8');
}
