import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobRecord, jobRecordSchema } from './job-record.ts';

/** The jobs on disk, a file each; a change is there whole or not at all. */
export class JobStore {
  readonly #directory: string;
  readonly #writes = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** In the order of submission. */
  async load(): Promise<JobRecord[]> {
    await mkdir(this.#directory, { recursive: true });
    const files = await readdir(this.#directory);
    // What a write left that never ended.
    for (const file of files.filter((name) => name.endsWith('.new'))) await rm(join(this.#directory, file), { force: true });
    const records = await Promise.all(files.filter((name) => name.endsWith('.json')).map((name) => this.#read(name)));
    return records.toSorted((a, b) => a.sequence - b.sequence);
  }

  /** Resolves when the record as it is now outlives this process; writes of one job follow each other. */
  save(record: JobRecord): Promise<void> {
    const text = JSON.stringify(record);
    const before = this.#writes.get(record.id) ?? Promise.resolve();
    const write = before.catch(() => undefined).then(() => this.#write(record.id, text));
    this.#writes.set(record.id, write);
    const forget = (): void => {
      if (this.#writes.get(record.id) === write) this.#writes.delete(record.id);
    };
    write.then(forget, forget);
    return write;
  }

  async #read(name: string): Promise<JobRecord> {
    return jobRecordSchema.parse(JSON.parse(await readFile(join(this.#directory, name), 'utf8')));
  }

  async #write(id: string, text: string): Promise<void> {
    const path = join(this.#directory, `${id}.json`);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  }
}
