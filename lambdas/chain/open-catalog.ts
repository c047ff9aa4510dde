import { catalogDatabase, type CatalogConnection, type CatalogDatabase } from '../../catalog/database.ts';
import type { CatalogEnv } from '../contracts/environment.ts';
import { resumingDataClient } from '../runtime/clients/resuming-data.ts';

/**
 * Opens the catalog that the environment names.
 *
 * @param client by default one that waits while a paused cluster resumes
 */
export function openCatalog(env: CatalogEnv, client = resumingDataClient()): CatalogDatabase {
  return connectCatalog(env, client).database;
}

/** Opens the catalog, with the client for statements that need options of the Data API. */
export function connectCatalog(env: CatalogEnv, client = resumingDataClient()): CatalogConnection {
  const location = {
    clusterArn: env.CATALOG_CLUSTER_ARN,
    secretArn: env.CATALOG_SECRET_ARN,
    database: env.CATALOG_DATABASE,
  };
  return { database: catalogDatabase(client, location), client, location };
}
