import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StackRecords } from './stack-records.ts';

/**
 * Copies of the directories that the deployed stacks were made of. The next synthesis removes the originals, and an update
 * that is rolled back needs the earlier code, as does the function of a custom resource that is removed.
 */
export class DeployedAssets {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Returns the path of a copy; undefined without one. */
  find(key: string): string | undefined {
    const path = join(this.#directory, key);
    return existsSync(path) ? path : undefined;
  }

  /** Copies the directories that the recorded resources name, and removes other copies. @param paths originals by key */
  keep(paths: ReadonlyMap<string, string>, records: StackRecords): void {
    const names = JSON.stringify(records.list());
    for (const [key, path] of paths) {
      if (!names.includes(key) || this.find(key) !== undefined || !statSync(path).isDirectory()) continue;
      const unfinished = join(this.#directory, `${key}.new`);
      cpSync(path, unfinished, { recursive: true });
      renameSync(unfinished, join(this.#directory, key));
    }
    if (!existsSync(this.#directory)) return;
    for (const key of readdirSync(this.#directory))
      if (!names.includes(key)) rmSync(join(this.#directory, key), { recursive: true });
  }
}
