import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { eventBridgeService } from '../eventbridge/service.ts';
import { s3Providers } from './providers.ts';
import { S3 } from './s3.ts';

export const s3Service: LaptopService<S3> = new LaptopService({
  name: 's3',
  dependsOn: [eventBridgeService],
  open: async ({ stateDirectory, credentials }, get) => {
    const bus = get(eventBridgeService);
    const s3 = await S3.open({ dir: join(stateDirectory, 's3'), publish: (event) => bus.publish(event) });
    return {
      instance: s3,
      apis: [s3.apiService(credentials)],
      providers: s3Providers(s3),
      start: () => s3.start(),
      close: () => s3.close(),
    };
  },
});
