import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { systemErrorCode } from '../cloud/system-error.ts';

/** A small state in one JSON file that only its owner can read; a crash leaves the old state or the new one. */
export class JsonFile<State> {
  readonly #path: string;
  #value: State;

  /** @throws Error if the file exists and does not fit the schema */
  constructor(path: string, schema: z.ZodType<State>, initial: State) {
    this.#path = path;
    this.#value = read(path, schema) ?? initial;
  }

  get value(): State {
    return this.#value;
  }

  write(value: State): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const unfinished = `${this.#path}.new`;
    writeFileSync(unfinished, JSON.stringify(value, null, 2), { mode: 0o600, flush: true });
    renameSync(unfinished, this.#path);
    this.#value = value;
  }
}

function read<State>(path: string, schema: z.ZodType<State>): State | undefined {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return schema.parse(JSON.parse(content));
}
