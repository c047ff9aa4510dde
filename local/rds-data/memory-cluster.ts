import { MemoryFS } from '@electric-sql/pglite';
import { dirname } from 'node:path/posix';
import { DIRECTORY_MODE, FILE_MODE, readCluster } from './unpack-cluster.ts';

/** Directory of the cluster in PGlite's file system. */
const DATA_DIRECTORY = '/pglite/data';

/**
 * File system in memory that begins with a copied cluster. Its files are views of the archive until PostgreSQL writes to them:
 * PGlite's own way of loading one, `loadDataDir`, copies each file twice, which takes as long as starting PostgreSQL.
 */
export class MemoryCluster extends MemoryFS {
  readonly #archive: Uint8Array;

  /** @param archive as `readCluster` reads it; PostgreSQL changes its bytes */
  constructor(archive: Uint8Array) {
    super();
    this.#archive = archive;
  }

  /** Adds the cluster to the file system, once that exists. @throws Error as `readCluster` does */
  override async initialSyncFs(): Promise<void> {
    const fileSystem = this.pg?.Module.FS;
    if (fileSystem === undefined) throw new Error('PGlite has no file system yet.');
    for (const { name, content } of readCluster(this.#archive)) {
      const path = `${DATA_DIRECTORY}/${name}`;
      fileSystem.mkdirTree(content === undefined ? path : dirname(path), DIRECTORY_MODE);
      if (content === undefined) continue;
      fileSystem.writeFile(path, content, { canOwn: true });
      fileSystem.chmod(path, FILE_MODE);
    }
  }
}
