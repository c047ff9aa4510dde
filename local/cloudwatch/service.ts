import { LaptopService } from '../cloud/laptop-service.ts';
import { eventBridgeService } from '../eventbridge/service.ts';
import { lambdaService } from '../lambda/service.ts';
import { rdsDataService } from '../rds-data/service.ts';
import { snsService } from '../sns/service.ts';
import { sqsService } from '../sqs/service.ts';
import { Alarms } from './alarms.ts';
import { CloudWatch } from './cloudwatch.ts';
import { cloudWatchApi } from './cloudwatch-api.ts';
import { MetricStore } from './metric-store.ts';
import { cloudWatchProviders } from './providers.ts';
import { ServiceMetrics } from './service-metrics.ts';

export const cloudWatchService: LaptopService<CloudWatch> = new LaptopService({
  name: 'cloudwatch',
  dependsOn: [eventBridgeService, lambdaService, rdsDataService, sqsService],
  deliversTo: [snsService],
  open: ({ directory, reportError }, get) => {
    const store = new MetricStore();
    const services = {
      sqs: get(sqsService),
      lambda: get(lambdaService),
      eventBus: get(eventBridgeService),
      rdsData: get(rdsDataService),
    };
    const onFailedAction = (alarm: string, error: unknown): void => reportError(`Alarm ${alarm} was not published`, error);
    const alarms = new Alarms({ metrics: store, directory, onFailedAction });
    const cloudWatch = new CloudWatch(alarms, new ServiceMetrics(store, services));
    return {
      instance: cloudWatch,
      apis: [cloudWatchApi(alarms)],
      providers: cloudWatchProviders(alarms),
      start: () => cloudWatch.start(),
      close: () => cloudWatch.close(),
    };
  },
});
