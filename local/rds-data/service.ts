import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { secretsManagerService } from '../secrets-manager/service.ts';
import { hasCustomResources, StackRecords } from '../template/stack-records.ts';
import { PgEngine } from './pg-engine.ts';
import { PgliteEngine } from './pglite-engine.ts';
import { rdsProviders } from './providers.ts';
import { RdsData } from './rds-data.ts';
import { readLogin } from './read-login.ts';

export const rdsDataService: LaptopService<RdsData> = new LaptopService({
  name: 'rds-data',
  dependsOn: [secretsManagerService],
  open: ({ stateDirectory, databaseUrl, habits }, get) => {
    const dataDir = join(stateDirectory, 'database');
    // Recorded by this version and by earlier ones once the catalog has its tables.
    const isInUse =
      hasCustomResources(new StackRecords(join(stateDirectory, 'stacks'))) ||
      existsSync(join(stateDirectory, 'custom-resources.json'));
    const engine = databaseUrl === undefined ? new PgliteEngine({ dataDir, isInUse }) : new PgEngine(databaseUrl);
    const secrets = get(secretsManagerService);
    const service = new RdsData({ engine, habits, readLogin: (secretArn) => readLogin(secrets, secretArn) });
    return { instance: service, apis: [service], providers: rdsProviders(service), close: () => service.close() };
  },
});
