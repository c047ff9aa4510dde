import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import { systemErrorCode } from '../cloud/system-error.ts';
import { DamagedFileError, NewerFormatError } from './damaged-file-error.ts';

/** Format of the files, raised when older versions of Sluice can no longer read them. */
const FORMAT = 1;

/** Value with its format and the CRC-32 of its JSON. Earlier versions wrote the bare value. */
const envelopeSchema = z.strictObject({ format: z.int().positive(), crc32: z.string(), value: z.unknown() });

const OTHER_DIRECTORY = 'or choose another directory with --state';

/** A small state in one JSON file that only its owner can read; a crash leaves the old state or the new one. */
export class JsonFile<State> {
  readonly #path: string;
  #value: State;

  /**
   * @param remedy what to do about a damaged file without a backup
   * @throws DamagedFileError, NewerFormatError
   */
  constructor(path: string, schema: z.ZodType<State>, initial: State, remedy = OTHER_DIRECTORY) {
    this.#path = path;
    this.#value = read(path, schema, remedy) ?? initial;
  }

  get value(): State {
    return this.#value;
  }

  write(value: State): void {
    replaceJsonFile(this.#path, value);
    this.#value = value;
  }
}

/** Writes a file as `JsonFile` does, whatever it holds. */
export function replaceJsonFile(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.new`;
  const envelope = { format: FORMAT, crc32: checksumOf(value), value };
  try {
    writeFileSync(unfinished, JSON.stringify(envelope, null, 2), { mode: 0o600, flush: true });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Adds format and checksum to a file of an earlier version; leaves a damaged one alone. */
export function upgradeJsonFile(path: string): void {
  const stored = parseJsonOrUndefined(readFileSync(path, 'utf8'));
  if (stored !== undefined && !envelopeSchema.safeParse(stored).success) replaceJsonFile(path, stored);
}

function checksumOf(value: unknown): string {
  return crc32(JSON.stringify(value)).toString(16).padStart(8, '0');
}

function read<State>(path: string, schema: z.ZodType<State>, remedy: string): State | undefined {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const damage = (problem: string, cause?: unknown): Error => new DamagedFileError(path, problem, remedy, { cause });
  if (content === '') throw damage('it is empty');
  let stored: unknown;
  try {
    stored = JSON.parse(content);
  } catch (cause) {
    throw damage('it is not valid JSON', cause);
  }
  const { success: isEnveloped, data: envelope } = envelopeSchema.safeParse(stored);
  if (isEnveloped && envelope.format > FORMAT) throw new NewerFormatError(path, envelope.format, FORMAT);
  if (isEnveloped && envelope.crc32 !== checksumOf(envelope.value)) throw damage('its content does not match its checksum');
  const { success, data, error: cause } = schema.safeParse(isEnveloped ? envelope.value : stored);
  if (!success) throw damage('it holds something else than expected', cause);
  return data;
}
