import { Directory } from '../../../local/cloud/directory.ts';
import { DailySchedules, dailyScheduleSchema } from '../../../local/scheduler/daily-schedules.ts';

const HOUR_MS = 3_600_000;
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:reconcile';
const ROLE = 'arn:aws:iam::000000000000:role/daily';

const template = {
  ScheduleExpression: 'cron(30 3 * * ? *)',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 },
  Target: { Arn: FUNCTION, RoleArn: ROLE, Input: '{"type":"start"}' },
};

let daily: DailySchedules;
const received: string[] = [];

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-03-20T12:00:00Z') });
  received.length = 0;
  const directory = new Directory();
  directory.register(FUNCTION, { receive: async ({ body }) => void received.push(body) });
  daily = new DailySchedules(directory);
});
afterEach(async () => {
  jest.useRealTimers();
  await daily.close();
});

test('invokes a function every day at its time', async () => {
  daily.add({ ...dailyScheduleSchema.parse(template), Name: 'daily' });
  daily.start();
  await jest.advanceTimersByTimeAsync(15 * HOUR_MS);
  expect(received).toEqual([]);
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  expect(received).toEqual(['{"type":"start"}']);
  await jest.advanceTimersByTimeAsync(24 * HOUR_MS);
  expect(received).toHaveLength(2);
});

test('fires neither a schedule that was removed nor one that is disabled', async () => {
  const remove = daily.add({ ...dailyScheduleSchema.parse(template), Name: 'removed' });
  daily.add({ ...dailyScheduleSchema.parse({ ...template, State: 'DISABLED' }), Name: 'disabled' });
  daily.start();
  remove();
  await jest.advanceTimersByTimeAsync(48 * HOUR_MS);
  expect(received).toEqual([]);
});

test('refuses an expression that it would not follow', () => {
  const { error } = dailyScheduleSchema.safeParse({ ...template, ScheduleExpression: 'rate(1 hour)' });
  expect(error?.message).toContain('cron(minute hour * * ? *)');
});
