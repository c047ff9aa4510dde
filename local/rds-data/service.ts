import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { PgEngine } from './pg-engine.ts';
import { PgliteEngine } from './pglite-engine.ts';
import { pgliteSeed } from './pglite-seed.ts';
import { rdsProviders } from './providers.ts';
import { RdsData } from './rds-data.ts';

/** Directory of build results that every state directory shares. */
const BUILD = join(import.meta.dirname, '..', '..', '.build');

export const rdsDataService: LaptopService<RdsData> = new LaptopService({
  name: 'rds-data',
  open: ({ stateDirectory, databaseUrl }) => {
    const engine = databaseUrl === undefined ? openPglite(join(stateDirectory, 'database')) : new PgEngine(databaseUrl);
    const service = new RdsData({ engine });
    return { instance: service, apis: [service], providers: rdsProviders(service), close: () => service.close() };
  },
});

/** Opens PGlite from the seed if tests left one. It writes no seed, which would take longer than one start gains. */
function openPglite(dataDir: string): PgliteEngine {
  const seed = pgliteSeed(BUILD, 'cluster');
  return new PgliteEngine({ dataDir, ...(existsSync(seed) && { seed }) });
}
