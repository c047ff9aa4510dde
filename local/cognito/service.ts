import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { Cognito } from './cognito.ts';
import { cognitoProviders } from './providers.ts';

export const cognitoService: LaptopService<Cognito> = new LaptopService({
  name: 'cognito',
  open: async ({ stateDirectory, endpoint }) => {
    const cognito = await Cognito.open({ dir: join(stateDirectory, 'accounts'), endpoint });
    return { instance: cognito, apis: [cognito.apiService()], providers: cognitoProviders(cognito.pools) };
  },
});
