import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { lambdaService } from '../lambda/service.ts';
import { snsService } from '../sns/service.ts';
import { sqsService } from '../sqs/service.ts';
import { schedulerProviders } from './providers.ts';
import { schedulerApi } from './scheduler-api.ts';
import { Scheduler } from './scheduler.ts';

export const schedulerService: LaptopService<Scheduler> = new LaptopService({
  name: 'scheduler',
  deliversTo: [lambdaService, snsService, sqsService],
  open: async ({ stateDirectory, directory }) => {
    const scheduler = await Scheduler.open({ path: join(stateDirectory, 'schedules.journal'), directory });
    return {
      instance: scheduler,
      apis: [schedulerApi(scheduler)],
      providers: schedulerProviders(),
      start: () => scheduler.start(),
      close: () => scheduler.close(),
    };
  },
});
