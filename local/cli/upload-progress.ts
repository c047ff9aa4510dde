import { listProgress, type UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { openCatalog } from './catalog.ts';
import type { Running } from './running.ts';

/** Overlap of two reads, since a revision that ended earlier may be committed later. */
const OVERLAP_MS = 60_000;

/** Returns a function that reads all uploads in progress, and those that have ended since a minute before its last call. */
export function createProgressReader(running: Running): () => Promise<readonly UploadProgress[]> {
  const database = openCatalog(running);
  const started = new Date();
  let since = started;
  return async () => {
    const uploads = await listProgress(database, new Date(since.getTime() - OVERLAP_MS));
    since = new Date(Math.max(since.getTime(), ...uploads.map(({ endedAt }) => endedAt?.getTime() ?? 0)));
    return uploads.filter(({ endedAt }) => endedAt === null || endedAt >= started);
  };
}
