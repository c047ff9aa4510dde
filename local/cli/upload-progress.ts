import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { catalogDatabase } from '../../catalog/database.ts';
import { listProgress, type UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { clientConfig, type Running } from './running.ts';

/** Overlap of two reads, since a revision that ended earlier may be committed later. */
const OVERLAP_MS = 60_000;

/** Returns a function that reads all uploads in progress, and those that have ended since its last call. */
export function createProgressReader(running: Running): () => Promise<readonly UploadProgress[]> {
  const output = (name: string): string => running.outputs[name] ?? '';
  const database = catalogDatabase(new RDSDataClient(clientConfig(running)), {
    clusterArn: output('CatalogClusterArn'),
    secretArn: output('CatalogSecretArn'),
    database: output('CatalogDatabaseName'),
  });
  const started = new Date();
  let since = started;
  return async () => {
    const uploads = await listProgress(database, new Date(since.getTime() - OVERLAP_MS));
    since = new Date(Math.max(since.getTime(), ...uploads.map(({ endedAt }) => endedAt?.getTime() ?? 0)));
    return uploads.filter(({ endedAt }) => endedAt === null || endedAt >= started);
  };
}
