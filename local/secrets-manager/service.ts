import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { secretsManagerProviders } from './providers.ts';
import { secretsManagerApi } from './secrets-manager-api.ts';
import { SecretsManager } from './secrets-manager.ts';

export const secretsManagerService: LaptopService<SecretsManager> = new LaptopService({
  name: 'secrets-manager',
  open: ({ stateDirectory }) => {
    const secrets = new SecretsManager(join(stateDirectory, 'secrets'));
    return { instance: secrets, apis: [secretsManagerApi(secrets)], providers: secretsManagerProviders(secrets) };
  },
});
