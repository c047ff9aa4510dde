import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type JobRecord, jobRecordSchema } from './job-record.ts';

/** Number of files per transaction. */
const BATCH = 500;

/**
 * Moves the jobs of versions that kept one JSON file per job, and removes the files once their jobs are stored. A crash in
 * between imports the remaining files again.
 *
 * @throws Error that names a file that is not a job
 */
export function importJobFiles(directory: string, save: (records: readonly JobRecord[]) => void): void {
  if (!existsSync(directory)) return;
  const paths = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(directory, name));
  for (let start = 0; start < paths.length; start += BATCH) {
    const batch = paths.slice(start, start + BATCH);
    save(batch.map(readJobFile));
    for (const path of batch) rmSync(path);
  }
  rmSync(directory, { recursive: true });
}

function readJobFile(path: string): JobRecord {
  try {
    return jobRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} is damaged: it is not a job. Restore the file or delete it, which loses the job.`, { cause });
  }
}
