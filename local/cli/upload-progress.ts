import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { catalogDatabase } from '../../catalog/database.ts';
import { listProgress, type UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { clientConfig, type Running } from './running.ts';

/** Of two ends, the one that is dated earlier may be committed later. */
const OVERLAP_MS = 60_000;

/** Reads how all uploads stand that have not ended, and those that have ended since the last reading. */
export function progressReader(running: Running): () => Promise<readonly UploadProgress[]> {
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
