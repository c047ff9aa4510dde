import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { sqsProviders } from './providers.ts';
import { sqsApi } from './sqs-api.ts';
import { Sqs } from './sqs.ts';

export const sqsService: LaptopService<Sqs> = new LaptopService({
  name: 'sqs',
  open: ({ stateDirectory, directory, endpoint }) => {
    const sqs = new Sqs({ dir: join(stateDirectory, 'queues'), directory, endpoint });
    return { instance: sqs, apis: [sqsApi(sqs)], providers: sqsProviders(sqs), close: () => sqs.close() };
  },
});
