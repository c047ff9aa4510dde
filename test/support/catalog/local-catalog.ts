import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase, type CatalogLocation } from '../../../catalog/database.ts';
import { assignRights } from '../../../catalog/migrating/assign-rights.ts';
import { migrateCatalog } from '../../../catalog/migrating/migrate-catalog.ts';
import { type CatalogRole, RIGHTS } from '../../../catalog/rights.ts';
import { ApiError } from '../../../local/aws-api/api-error.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { PgEngine } from '../../../local/rds-data/pg-engine.ts';
import { PgliteEngine } from '../../../local/rds-data/pglite-engine.ts';
import { RdsData } from '../../../local/rds-data/rds-data.ts';
import type { DatabaseLogin, SqlEngine } from '../../../local/rds-data/sql-engine.ts';
import { migratedCluster } from './migrated-cluster.ts';

export const MIGRATIONS = join(__dirname, '../../../catalog/migrations');
const BUILD = join(__dirname, '../../../.build');

export interface LocalCatalog {
  readonly client: RDSDataClient;
  /** The catalog with the rights of `role`, by default the owner's. */
  readonly location: CatalogLocation;
  readonly service: RdsData;
  /** Database with the rights of `role`, by default the owner's. */
  readonly database: CatalogDatabase;
  /** Database with all rights, for what no function does. */
  readonly owner: CatalogDatabase;
  /** Returns the database with the rights of a role. */
  as(role: CatalogRole): CatalogDatabase;
  /** The catalog with the rights of each role. */
  readonly locations: Readonly<Record<CatalogRole | 'owner', CatalogLocation>>;
  /** Credentials in the secrets, by ARN, which a test may change. */
  readonly secrets: Map<string, DatabaseLogin>;
  /** Returns another client, as a separate function would have. @param roleArn role of its session @default the operator */
  connect(roleArn?: string): RDSDataClient;
  close(): Promise<void>;
}

export interface LocalCatalogOptions {
  /** @default true */
  readonly migrated?: boolean;
  /** Role in which the functions under test use the catalog. @default the owner */
  readonly role?: CatalogRole;
  readonly idleTransactionMs?: number;
  /** Time after which a call with `continueAfterTimeout` ends. */
  readonly statementTimeoutMs?: number;
}

/** Starts a PostgreSQL behind the Data API on its own port, for the SDK's client over HTTP. */
export async function startLocalCatalog(options: LocalCatalogOptions = {}): Promise<LocalCatalog> {
  const { migrated = true, role = 'owner', idleTransactionMs, statementTimeoutMs } = options;
  const directory = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
  const credentials = Credentials.open(directory);
  const { engine, isMigrated, keep, drop } = await openDatabase(migrated);
  const secrets = new Map(Object.entries(LOGINS).map(([name, login]) => [secretArnOf(name), login]));
  const service = new RdsData({ engine, idleTransactionMs, statementTimeoutMs, readLogin: (arn) => readSecret(secrets, arn) });
  const clusterArn = 'arn:aws:rds:us-east-1:000000000000:cluster:catalog';
  const locationOf = (name: string): CatalogLocation => ({ clusterArn, secretArn: secretArnOf(name), database: 'sluice' });
  const locations = { owner: locationOf('owner'), chain: locationOf('chain'), api: locationOf('api') };
  const location = locations[role];
  service.addCluster({ arn: clusterArn, databaseName: location.database, httpEndpointEnabled: true, owner: LOGINS.owner });
  const server = createApiServer({ credentials, services: [service] });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const clients: RDSDataClient[] = [];
  const connect = (roleArn?: string): RDSDataClient => {
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new RDSDataClient({
      region: 'us-east-1',
      endpoint,
      credentials: roleArn === undefined ? credentials.operator() : credentials.forRole(roleArn, 'function', 3_600_000),
    });
    clients.push(client);
    return client;
  };
  const client = connect();
  const database = catalogDatabase(client, location);
  const owner = catalogDatabase(client, locations.owner);
  const close = async (): Promise<void> => {
    for (const each of clients) each.destroy();
    await new Promise((resolve) => server.close(resolve));
    await service.close();
    await drop();
    await rm(directory, { recursive: true });
  };
  try {
    if (migrated && !isMigrated) {
      const connection = { database: owner, client, location: locations.owner };
      await migrateCatalog(connection, MIGRATIONS);
      await assignAlone(() => assignRights(connection, PASSWORDS));
      await keep();
    }
  } catch (error) {
    await close();
    throw error;
  }
  const as = (name: CatalogRole): CatalogDatabase => catalogDatabase(client, locations[name]);
  return { client, location, locations, service, database, owner, as, secrets, connect, close };
}

/** Credentials of the cluster's own user and of the roles. */
const LOGINS = {
  owner: { username: 'sluice', password: 'password-of-the-owner' },
  chain: { username: RIGHTS.chain.roleName, password: 'password-of-the-chain' },
  api: { username: RIGHTS.api.roleName, password: 'password-of-the-api' },
};
export const PASSWORDS = { chain: LOGINS.chain.password, api: LOGINS.api.password };

function secretArnOf(name: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
}

function readSecret(secrets: ReadonlyMap<string, DatabaseLogin>, arn: string): DatabaseLogin {
  const login = secrets.get(arn);
  if (login === undefined) throw new ApiError('SecretsErrorException', 400, `The secret ${arn} was not found`);
  return login;
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
  });
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
  if (url !== undefined) return openOnServer(url);
  await keepCompiledPostgres();
  return openInProcess(migrated);
}

const COMPILED_POSTGRES = 'compiled PostgreSQL';

/**
 * Keeps a compiled PGlite in this process, of which each test file has its own realm. V8 shares machine code between equal
 * WebAssembly modules of a process while one of them is alive; otherwise each file compiles and optimizes it again.
 */
async function keepCompiledPostgres(): Promise<void> {
  if (getEnvironmentData(COMPILED_POSTGRES) !== undefined) return;
  const path = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
  setEnvironmentData(COMPILED_POSTGRES, await WebAssembly.compile(readFileSync(path)));
}

/** Opens a copy of a migrated cluster, since migrating one takes a second. */
function openInProcess(migrated: boolean): OwnDatabase {
  const name = migratedCluster(migrationsText() + JSON.stringify([RIGHTS, LOGINS]));
  const complete = join(BUILD, name);
  const isMigrated = migrated && existsSync(complete);
  const engine = new PgliteEngine({ ...(isMigrated && { seed: complete }) });
  const keep = async (): Promise<void> => {
    await engine.save(complete);
    for (const other of readdirSync(BUILD)) {
      if (other !== name && /^catalog-.*\.tar$/.test(other)) rmSync(join(BUILD, other), { force: true });
    }
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

/** Lock of the test server's own database, within which one catalog at a time changes the roles, which are the server's. */
const ROLES_LOCK = 5_312_048;

/** Runs work that changes roles, one catalog at a time on a server. */
export async function assignAlone(work: () => Promise<void>): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined) return work();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${ROLES_LOCK})`);
    await work();
  } finally {
    await client.end();
  }
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
