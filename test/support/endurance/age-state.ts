import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { Journal } from '../../../local/durable/journal.ts';

/** A job that was never started. */
const UNSTARTED = "json_set(json_remove(record, '$.startedAt', '$.finishedAt', '$.encoded'), '$.status', 'SUBMITTED', '$.outbox', json('[]'))";

/**
 * Makes the objects, jobs and schedules of a stopped laptop cloud older by a time in milliseconds.
 *
 * @param waitingJob id of a job that becomes SUBMITTED, however far it was, as if its queue had been busy
 */
export async function ageState(stateDirectory: string, ageMs: number, waitingJob: string): Promise<void> {
  change(findFile(stateDirectory, 'index.sqlite'), `UPDATE versions SET modified_ms = modified_ms - ${ageMs}`);
  change(
    findFile(stateDirectory, 'jobs.sqlite'),
    `UPDATE jobs SET created_ms = created_ms - ${ageMs},
       record = json_set(record, '$.createdAt', json_extract(record, '$.createdAt') - ${ageMs});
     UPDATE jobs SET status = 'SUBMITTED', finished_ms = NULL, is_settled = 0, record = ${UNSTARTED} WHERE id = '${waitingJob}'`,
  );
  const schedule = z.looseObject({ createdAt: z.number() });
  const journal = await Journal.open(findFile(stateDirectory, 'schedules.journal'), schedule);
  for (const [id, one] of journal.entries) await journal.set(id, { ...one, createdAt: one.createdAt - ageMs });
  await journal.close();
}

/** Returns the path of the only file below a directory with this name. */
function findFile(directory: string, name: string): string {
  const found = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.split('/').at(-1) === name);
  if (found.length !== 1) throw new Error(`${directory} has ${found.length} files named ${name}, not one.`);
  return join(directory, found[0] ?? '');
}

function change(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(statements);
  } finally {
    database.close();
  }
}
