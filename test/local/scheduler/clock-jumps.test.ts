import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directory } from '../../../local/cloud/directory.ts';
import { Scheduler } from '../../../local/scheduler/scheduler.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse('2026-03-20T12:00:00Z');
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:graces';

let dir: string;
let scheduler: Scheduler;
const received: string[] = [];

beforeEach(async () => {
  jest.useFakeTimers({ now: NOON_MS, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance', 'hrtime'] });
  received.length = 0;
  dir = await mkdtemp(join(tmpdir(), 'sluice-scheduler-'));
  const directory = new Directory();
  directory.register(QUEUE, { receive: async ({ body }) => void received.push(body) });
  scheduler = await Scheduler.open({ path: join(dir, 'schedules'), directory });
  scheduler.start();
  await scheduler.create({
    Name: 'tomorrow',
    GroupName: 'graces',
    ScheduleExpression: 'at(2026-03-21T12:00:00)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: QUEUE, RoleArn: 'arn:aws:iam::000000000000:role/graces', Input: '{}' },
  });
});
afterEach(async () => {
  jest.useRealTimers();
  await scheduler.close();
  await rm(dir, { recursive: true });
});

test('fires within a minute after the laptop has slept through the time of a schedule', async () => {
  jest.setSystemTime(NOON_MS + 30 * HOUR_MS);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(received).toEqual(['{}']);
});

test('does not fire early after the clock was set back', async () => {
  await jest.advanceTimersByTimeAsync(23 * HOUR_MS);
  jest.setSystemTime(NOON_MS);
  await jest.advanceTimersByTimeAsync(2 * HOUR_MS);
  expect(received).toEqual([]);
  await jest.advanceTimersByTimeAsync(22 * HOUR_MS);
  expect(received).toEqual(['{}']);
});
