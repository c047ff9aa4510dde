import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { catalogDatabase } from '../../catalog/database.ts';
import { listProgress, type UploadProgress } from '../../catalog/queries/list-progress.ts';
import { clientConfig, type Running } from './running.ts';

/** Reads how all uploads stand that have not ended, and those that have ended since the last reading. */
export function readProgress(running: Running): () => Promise<readonly UploadProgress[]> {
  const output = (name: string): string => running.outputs[name] ?? '';
  const database = catalogDatabase(new RDSDataClient(clientConfig(running)), {
    clusterArn: output('CatalogClusterArn'),
    secretArn: output('CatalogSecretArn'),
    database: output('CatalogDatabaseName'),
  });
  let since = new Date();
  return async () => {
    const uploads = await listProgress(database, since);
    since = new Date(Math.max(since.getTime(), ...uploads.map(({ endedAt }) => endedAt?.getTime() ?? 0)));
    return uploads;
  };
}
