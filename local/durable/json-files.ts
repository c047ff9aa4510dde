import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

/** Records kept as one JSON file each, named after their ids; a crash leaves the old record or the new one. */
export class JsonFiles<State> {
  readonly #directory: string;
  readonly #schema: z.ZodType<State>;
  readonly #writes = new Map<string, Promise<void>>();

  constructor(directory: string, schema: z.ZodType<State>) {
    this.#directory = directory;
    this.#schema = schema;
  }

  /** @throws Error if a file does not fit the schema */
  async load(): Promise<State[]> {
    await mkdir(this.#directory, { recursive: true });
    const names = await readdir(this.#directory);
    // Remainders of writes that a crash interrupted.
    for (const name of names.filter((each) => each.endsWith('.new')))
      await rm(join(this.#directory, name), { force: true });
    return Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.#read(name)));
  }

  /** Writes a snapshot of the record, which survives this process once the promise resolves. Writes of one record keep their order. */
  write(id: string, state: State): Promise<void> {
    const text = JSON.stringify(state);
    const before = this.#writes.get(id) ?? Promise.resolve();
    const write = before.catch(() => undefined).then(() => this.#replace(id, text));
    this.#writes.set(id, write);
    const forget = (): void => {
      if (this.#writes.get(id) === write) this.#writes.delete(id);
    };
    write.then(forget, forget);
    return write;
  }

  async #read(name: string): Promise<State> {
    return this.#schema.parse(JSON.parse(await readFile(join(this.#directory, name), 'utf8')));
  }

  async #replace(id: string, text: string): Promise<void> {
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
