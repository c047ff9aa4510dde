import { join } from 'node:path';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { assignRights } from '../../catalog/migrating/assign-rights.ts';
import { migrateCatalog } from '../../catalog/migrating/migrate-catalog.ts';
import { migrateCatalogEnvSchema } from '../contracts/environment.ts';
import { connectCatalog } from '../chain/open-catalog.ts';
import { secretsManagerClient } from '../runtime/clients/secrets-manager.ts';
import { customResource } from '../runtime/custom-resource.ts';
import { readEnv } from '../runtime/read-env.ts';
import { readPasswords } from './read-passwords.ts';

/** Folder of the migrations, which the bundle holds beside the code. */
const folder = join(import.meta.dirname, 'migrations');
const env = readEnv(migrateCatalogEnvSchema);
const connection = connectCatalog(env);
const secrets = secretsManagerClient();

async function migrate(): Promise<void> {
  await migrateCatalog(connection, folder);
  await assignRights(connection, await readPasswords(secrets, { chain: env.CHAIN_SECRET_ARN, api: env.API_SECRET_ARN }));
}

const deploy = customResource({ onCreate: migrate, onUpdate: migrate });

/** Any event that is not of CloudFormation. */
interface OperatorEvent {
  readonly RequestType?: undefined;
}

/**
 * Migrates the catalog on create and update; deleting the resource leaves the data unchanged. An operator's event does the same:
 * it gives the roles the passwords that their secrets hold now.
 */
export async function handler(event: CloudFormationCustomResourceEvent | OperatorEvent, context: Context): Promise<void> {
  await (event.RequestType === undefined ? migrate() : deploy(event, context));
}
