import { catalogDatabase, type CatalogDatabase } from '../../catalog/database.ts';
import type { CatalogEnv } from '../contracts/environment.ts';
import { resumingDataClient } from '../runtime/clients.ts';

/**
 * Opens the catalog that the environment names.
 *
 * @param client by default one that waits while a paused cluster resumes
 */
export function openCatalog(env: CatalogEnv, client = resumingDataClient()): CatalogDatabase {
  return catalogDatabase(client, {
    clusterArn: env.CATALOG_CLUSTER_ARN,
    secretArn: env.CATALOG_SECRET_ARN,
    database: env.CATALOG_DATABASE,
  });
}
