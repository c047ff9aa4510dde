import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { drizzle, type AwsDataApiPgDatabase } from 'drizzle-orm/aws-data-api/pg';
import * as schema from './schema/index.ts';

/** The catalog, over the RDS Data API: AWS's, or the laptop cloud's. */
export type CatalogDatabase = AwsDataApiPgDatabase<typeof schema>;

export interface CatalogLocation {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
}

/** Opens nothing: each statement is a request of the client. */
export function catalogDatabase(client: RDSDataClient, location: CatalogLocation): CatalogDatabase {
  return drizzle(client, {
    resourceArn: location.clusterArn,
    secretArn: location.secretArn,
    database: location.database,
    schema,
  });
}
