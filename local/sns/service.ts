import { LaptopService } from '../cloud/laptop-service.ts';
import { lambdaService } from '../lambda/service.ts';
import { sqsService } from '../sqs/service.ts';
import { snsProviders } from './providers.ts';
import { snsApi } from './sns-api.ts';
import { Sns } from './sns.ts';

export const snsService: LaptopService<Sns> = new LaptopService({
  name: 'sns',
  deliversTo: [lambdaService, sqsService],
  open: ({ directory, reportError }) => {
    const sns = new Sns({ directory, onLost: (lost) => reportError('SNS lost a message', lost) });
    return { instance: sns, apis: [snsApi(sns)], providers: snsProviders(sns) };
  },
});
