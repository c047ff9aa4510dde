import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { drizzle, type AwsDataApiPgDatabase } from 'drizzle-orm/aws-data-api/pg';
import * as schema from './schema/index.ts';

/** Catalog database behind the RDS Data API of AWS or of the laptop cloud. */
export type CatalogDatabase = AwsDataApiPgDatabase<typeof schema>;

export interface CatalogLocation {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
}

/** The database with the client and the address behind it, for statements that need options of the Data API. */
export interface CatalogConnection {
  readonly database: CatalogDatabase;
  readonly client: RDSDataClient;
  readonly location: CatalogLocation;
}

/**
 * Returns a database object without opening a connection: each statement is a request of the client. Drizzle sends a prepared
 * statement as one command, in which it replaces the parameters for the next execution, even while the client still waits to
 * write those of the previous one. The client therefore copies the input of each command when it receives it.
 */
export function catalogDatabase(client: RDSDataClient, location: CatalogLocation): CatalogDatabase {
  client.middlewareStack.add((next) => (args) => next({ ...args, input: { ...args.input } }), {
    step: 'initialize',
    priority: 'high',
    name: 'copyInput',
    override: true,
  });
  return drizzle(client, {
    resourceArn: location.clusterArn,
    secretArn: location.secretArn,
    database: location.database,
    schema,
  });
}
