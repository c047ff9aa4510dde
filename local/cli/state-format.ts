import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { NewerFormatError } from '../durable/damaged-file-error.ts';
import { startEmptyJournal } from '../durable/journal.ts';
import { JsonFile, upgradeJsonFile } from '../durable/json-file.ts';
import { PROJECT_ROOT } from './caller-directory.ts';

/** Format of state directories, raised when older versions of Sluice can no longer read them. */
const FORMAT = 1;

const schema = z.object({
  format: z.int(),
  /** Version of Sluice that wrote the format. */
  sluice: z.string(),
});

const REMEDY = 'or delete it; the next start writes it again';

/**
 * Requires that this version of Sluice can read a locked state directory, and records the format.
 *
 * @throws NewerFormatError, DamagedFileError
 */
export function checkStateFormat(stateDirectory: string): void {
  const path = join(stateDirectory, 'format.json');
  const file = new JsonFile(path, schema.nullable(), null, REMEDY);
  const before = file.value;
  if (before !== null && before.format > FORMAT)
    throw new NewerFormatError(path, before.format, FORMAT, `Sluice ${before.sluice}`);
  if (before?.format === FORMAT) return;
  // Without a format, journals began empty, and JSON files had no checksums.
  if (existsSync(join(stateDirectory, 'credentials.json'))) {
    for (const journal of globSync('{schedules,lambda/*,queues/*}.journal', { cwd: stateDirectory }))
      startEmptyJournal(join(stateDirectory, journal));
    for (const json of globSync('{*,accounts/*,secrets/*}.json', { cwd: stateDirectory, exclude: ['owner.json'] }))
      upgradeJsonFile(join(stateDirectory, json));
  }
  file.write({ format: FORMAT, sluice: readVersion() });
}

function readVersion(): string {
  const text = readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
