import * as z from 'zod';
import { sendJson } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { ApiInput, parseJson } from '../aws-api/json-operations.ts';
import { regionalArn } from '../cloud/account.ts';
import { type Access, passRole } from '../iam/access.ts';
import { scheduleSchema, type Scheduler } from './scheduler.ts';

const ROUTE = /^\/schedules\/(?<name>[^/]+)$/;

/** Makes the EventBridge Scheduler API for one-time schedules. */
export function schedulerApi(scheduler: Scheduler): ApiService {
  return {
    signingName: 'scheduler',
    protocol: 'rest-json',
    handle: async (call) => {
      if (call.rawPath === '/schedules' && call.request.method === 'GET') {
        await call.authorize([{ action: 'scheduler:ListSchedules', resource: '*' }]);
        return sendJson(call, listSchedules(scheduler, call.query));
      }
      const name = decodeURIComponent(ROUTE.exec(call.rawPath)?.groups?.['name'] ?? '');
      const group = call.query.get('groupName') ?? 'default';
      if (name !== '' && call.request.method === 'POST')
        return sendJson(call, { ScheduleArn: await create(scheduler, name, call) });
      if (name !== '' && call.request.method === 'GET') {
        await call.authorize([onSchedule('GetSchedule', group, name)]);
        return sendJson(call, describeSchedule(scheduler, group, name));
      }
      if (name !== '' && call.request.method === 'DELETE') {
        await call.authorize([onSchedule('DeleteSchedule', group, name)]);
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

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html */
function onSchedule(operation: string, group: string, name: string): Access {
  return { action: `scheduler:${operation}`, resource: regionalArn('scheduler', `schedule/${group}/${name}`) };
}

async function create(scheduler: Scheduler, name: string, call: ApiCall): Promise<string> {
  const body = z.looseObject({}).parse(parseJson(await call.readBody()));
  const input = new ApiInput(body);
  await call.authorize([
    onSchedule('CreateSchedule', input.text('GroupName') || 'default', name),
    passRole(new ApiInput(body['Target']).text('RoleArn'), 'scheduler.amazonaws.com'),
  ]);
  const schedule = scheduleSchema.safeParse({ ...body, Name: name });
  if (!schedule.success) throw new ApiError('ValidationException', 400, z.prettifyError(schedule.error));
  return scheduler.create(schedule.data);
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html */
function listSchedules(scheduler: Scheduler, query: URLSearchParams): object {
  const limit = Number(query.get('MaxResults') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new ApiError('ValidationException', 400, 'MaxResults must be between 1 and 100.');
  const filter = { groupName: query.get('ScheduleGroup') ?? undefined, namePrefix: query.get('NamePrefix') ?? '' };
  const { schedules, next } = scheduler.list({ ...filter, after: query.get('NextToken') ?? undefined, limit });
  return {
    Schedules: schedules.map(({ arn, createdAt, Name, GroupName, State, Target }) => ({
      Arn: arn,
      Name,
      GroupName,
      State,
      CreationDate: createdAt / 1000,
      LastModificationDate: createdAt / 1000,
      Target: { Arn: Target.Arn },
    })),
    ...(next !== undefined && { NextToken: next }),
  };
}

function describeSchedule(scheduler: Scheduler, group: string, name: string): object {
  const { arn, createdAt, fired: _fired, ...schedule } = scheduler.get(group, name);
  return { ...schedule, Arn: arn, CreationDate: createdAt / 1000 };
}
