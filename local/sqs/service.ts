import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { iamService } from '../iam/service.ts';
import { sqsProviders } from './providers.ts';
import { sqsApi } from './sqs-api.ts';
import { Sqs } from './sqs.ts';

export const sqsService: LaptopService<Sqs> = new LaptopService({
  name: 'sqs',
  dependsOn: [iamService],
  open: ({ stateDirectory, directory, endpoint, reportRepair }, get) => {
    const sqs = new Sqs({ dir: join(stateDirectory, 'queues'), directory, endpoint, onRepair: reportRepair });
    get(iamService).authorizer.addResourcePolicies('sqs', (arn) => sqs.getPolicy(arn));
    return { instance: sqs, apis: [sqsApi(sqs)], providers: sqsProviders(sqs), close: () => sqs.close() };
  },
});
