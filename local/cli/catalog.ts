import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { catalogDatabase, type CatalogDatabase } from '../../catalog/database.ts';
import { clientConfig, type Running } from './running.ts';

/** Returns the catalog of a running laptop cloud. */
export function openCatalog(running: Running): CatalogDatabase {
  const output = (name: string): string => running.outputs[name] ?? '';
  return catalogDatabase(new RDSDataClient(clientConfig(running)), {
    clusterArn: output('CatalogClusterArn'),
    secretArn: output('CatalogSecretArn'),
    database: output('CatalogDatabaseName'),
  });
}
