import { z } from 'zod';
import { sendJson } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { parseJson } from '../aws-api/json-operations.ts';
import { scheduleSchema, type Scheduler } from './scheduler.ts';

const ROUTE = /^\/schedules\/(?<name>[^/]+)$/;

/** Makes the EventBridge Scheduler API for one-time schedules. */
export function schedulerApi(scheduler: Scheduler): ApiService {
  return {
    signingName: 'scheduler',
    protocol: 'rest-json',
    handle: async (call) => {
      const name = decodeURIComponent(ROUTE.exec(call.rawPath)?.groups?.['name'] ?? '');
      const group = call.query.get('groupName') ?? 'default';
      if (name !== '' && call.request.method === 'POST')
        return sendJson(call, { ScheduleArn: await create(scheduler, name, call) });
      if (name !== '' && call.request.method === 'GET') return sendJson(call, describeSchedule(scheduler, group, name));
      if (name !== '' && call.request.method === 'DELETE') {
        await scheduler.delete(group, name);
        return sendJson(call, {});
      }
      throw new ApiError(
        'UnknownOperationException',
        404,
        `The laptop cloud does not implement ${call.request.method} ${call.rawPath}.`,
      );
    },
  };
}

async function create(scheduler: Scheduler, name: string, call: ApiCall): Promise<string> {
  const body = z.looseObject({}).parse(parseJson(await call.readBody()));
  const schedule = scheduleSchema.safeParse({ ...body, Name: name });
  if (!schedule.success) throw new ApiError('ValidationException', 400, z.prettifyError(schedule.error));
  return scheduler.create(schedule.data);
}

function describeSchedule(scheduler: Scheduler, group: string, name: string): object {
  const { arn, createdAt, fired: _fired, ...schedule } = scheduler.get(group, name);
  return { ...schedule, Arn: arn, CreationDate: createdAt / 1000 };
}
