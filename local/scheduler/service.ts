import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { lambdaService } from '../lambda/service.ts';
import { snsService } from '../sns/service.ts';
import { sqsService } from '../sqs/service.ts';
import { DailySchedules } from './daily-schedules.ts';
import { schedulerProviders } from './providers.ts';
import { schedulerApi } from './scheduler-api.ts';
import { Scheduler } from './scheduler.ts';

export const schedulerService: LaptopService<Scheduler> = new LaptopService({
  name: 'scheduler',
  deliversTo: [lambdaService, snsService, sqsService],
  open: async ({ stateDirectory, directory, reportRepair }) => {
    const scheduler = await Scheduler.open({ path: join(stateDirectory, 'schedules.journal'), directory, onRepair: reportRepair });
    const daily = new DailySchedules(directory);
    return {
      instance: scheduler,
      apis: [schedulerApi(scheduler)],
      providers: schedulerProviders(scheduler, daily),
      start: () => {
        scheduler.start();
        daily.start();
      },
      close: async () => {
        await daily.close();
        await scheduler.close();
      },
    };
  },
});
