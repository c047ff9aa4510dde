import { join } from 'node:path';
import { migrateCatalog } from '../../catalog/migrate.ts';
import { catalogEnvSchema } from '../contracts/environment.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { customResource } from '../runtime/custom-resource.ts';
import { readEnv } from '../runtime/read-env.ts';

/** The bundle has the migrations beside it. */
const folder = join(import.meta.dirname, 'migrations');
const database = openCatalog(readEnv(catalogEnvSchema));

async function migrate(): Promise<void> {
  await migrateCatalog(database, folder);
}

/** Deleting the resource leaves the data alone. */
export const handler = customResource({ onCreate: migrate, onUpdate: migrate });
