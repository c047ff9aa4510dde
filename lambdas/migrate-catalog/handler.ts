import { join } from 'node:path';
import { migrateCatalog } from '../../catalog/migrate.ts';
import { catalogEnvSchema } from '../contracts/environment.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { customResource } from '../runtime/custom-resource.ts';
import { readEnv } from '../runtime/read-env.ts';

/** Folder of the migrations, which the bundle holds beside the code. */
const folder = join(import.meta.dirname, 'migrations');
const database = openCatalog(readEnv(catalogEnvSchema));

async function migrate(): Promise<void> {
  await migrateCatalog(database, folder);
}

/** Migrates the catalog on create and update; deleting the resource leaves the data unchanged. */
export const handler = customResource({ onCreate: migrate, onUpdate: migrate });
