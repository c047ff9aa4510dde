import { LaptopService } from '../cloud/laptop-service.ts';
import { lambdaService } from '../lambda/service.ts';
import { snsService } from '../sns/service.ts';
import { sqsService } from '../sqs/service.ts';
import { EventBus } from './event-bus.ts';
import { eventBridgeApi } from './eventbridge-api.ts';
import { eventBridgeProviders } from './providers.ts';

export const eventBridgeService: LaptopService<EventBus> = new LaptopService({
  name: 'eventbridge',
  deliversTo: [lambdaService, snsService, sqsService],
  open: ({ directory, reportError }) => {
    const bus = new EventBus({ directory, onLost: (lost) => reportError('EventBridge lost an event', lost) });
    return { instance: bus, apis: [eventBridgeApi(bus)], providers: eventBridgeProviders(bus) };
  },
});
