import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase, type CatalogLocation } from '../../../catalog/database.ts';
import { migrateCatalog } from '../../../catalog/migrate.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { PgEngine } from '../../../local/rds-data/pg-engine.ts';
import { PgliteEngine } from '../../../local/rds-data/pglite-engine.ts';
import { pgliteSeed } from '../../../local/rds-data/pglite-seed.ts';
import { RdsData } from '../../../local/rds-data/rds-data.ts';
import type { SqlEngine } from '../../../local/rds-data/sql-engine.ts';
import { BUILD, PLAIN_CLUSTER } from './plain-cluster.ts';

export const MIGRATIONS = join(__dirname, '../../../catalog/migrations');

export interface LocalCatalog {
  readonly client: RDSDataClient;
  readonly location: CatalogLocation;
  readonly service: RdsData;
  readonly database: CatalogDatabase;
  /** Returns another client, as a separate function would have. */
  connect(): RDSDataClient;
  close(): Promise<void>;
}

export interface LocalCatalogOptions {
  /** @default true */
  readonly migrated?: boolean;
  readonly idleTransactionMs?: number;
}

/** Starts a PostgreSQL behind the Data API on its own port, for the SDK's client over HTTP. */
export async function startLocalCatalog(options: LocalCatalogOptions = {}): Promise<LocalCatalog> {
  const { migrated = true, idleTransactionMs } = options;
  const directory = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
  const credentials = Credentials.open(directory);
  const { engine, isMigrated, keep, drop } = await openDatabase(migrated);
  const service = new RdsData({ engine, idleTransactionMs });
  const location = {
    clusterArn: 'arn:aws:rds:us-east-1:000000000000:cluster:catalog',
    secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:catalog-AbCdEf',
    database: 'sluice',
  };
  service.addCluster({ arn: location.clusterArn, databaseName: location.database, httpEndpointEnabled: true });
  const server = createApiServer({ credentials, services: [service] });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const clients: RDSDataClient[] = [];
  const connect = (): RDSDataClient => {
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new RDSDataClient({ region: 'us-east-1', endpoint, credentials: credentials.operator() });
    clients.push(client);
    return client;
  };
  const client = connect();
  const database = catalogDatabase(client, location);
  const close = async (): Promise<void> => {
    for (const each of clients) each.destroy();
    await new Promise((resolve) => server.close(resolve));
    await service.close();
    await drop();
    await rm(directory, { recursive: true });
  };
  try {
    if (migrated && !isMigrated) {
      await migrateCatalog(database, MIGRATIONS);
      await keep();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { client, location, service, database, connect, close };
}

/**
 * Starts a catalog for a test file and stops it at its end.
 *
 * @param onStart receives the catalog before the first test
 */
export function useLocalCatalog(
  onStart: (catalog: LocalCatalog) => void | Promise<void>,
  options: LocalCatalogOptions = {},
): void {
  let catalog: LocalCatalog | undefined;
  beforeAll(async () => {
    catalog = await startLocalCatalog(options);
    await onStart(catalog);
  }, 120_000);
  afterAll(() => catalog?.close());
}

interface OwnDatabase {
  readonly engine: SqlEngine;
  readonly isMigrated: boolean;
  /** Saves the migrated database for later tests. */
  readonly keep: () => Promise<void>;
  readonly drop: () => Promise<void>;
}

/** Opens a new database, on the server that `DATABASE_URL` names or in process. */
async function openDatabase(migrated: boolean): Promise<OwnDatabase> {
  const url = process.env['DATABASE_URL'];
  return url === undefined ? openInProcess(migrated) : openOnServer(url);
}

/** Opens a copy of a saved cluster, since creating and migrating one takes seconds. */
function openInProcess(migrated: boolean): OwnDatabase {
  const complete = pgliteSeed(BUILD, 'catalog', migrationsText());
  const isMigrated = migrated && existsSync(complete);
  const engine = new PgliteEngine({ seed: isMigrated ? complete : PLAIN_CLUSTER });
  const keep = async (): Promise<void> => {
    const outdated = readdirSync(BUILD).filter((name) => /^catalog-.*\.tar$/.test(name));
    await engine.save(complete);
    for (const name of outdated) rmSync(join(BUILD, name), { force: true });
  };
  return { engine, isMigrated, keep, drop: async () => undefined };
}

function migrationsText(): string {
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => readFileSync(join(MIGRATIONS, name), 'utf8'))
    .join();
}

async function openOnServer(url: string): Promise<OwnDatabase> {
  const name = `test_${uuidv7().replaceAll('-', '')}`;
  const executeAsOwner = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await executeAsOwner(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    engine: new PgEngine(own.href),
    isMigrated: false,
    keep: async () => undefined,
    drop: () => executeAsOwner(`drop database ${name}`),
  };
}
