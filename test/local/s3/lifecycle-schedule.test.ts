import { LifecycleSchedule } from '../../../local/s3/lifecycle-schedule.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 0, 10, 12);

let wallMs: number;
let monotonicMs: number;
let runs: string[];
let errors: unknown[];
let fails: boolean;
let schedule: LifecycleSchedule;
beforeEach(() => {
  [wallMs, monotonicMs, runs, errors, fails] = [NOON, 5000, [], [], false];
  schedule = new LifecycleSchedule({
    run: async (nowMs) => {
      runs.push(new Date(nowMs).toISOString().slice(0, 13));
      if (fails) throw new Error('no disk');
    },
    onError: (error) => errors.push(error),
    now: () => wallMs,
    monotonic: () => monotonicMs,
  });
});

function pass(hours: number): void {
  wallMs += hours * HOUR_MS;
  monotonicMs += hours * HOUR_MS;
}

test('runs at the first check and once after each midnight UTC', async () => {
  for (let hour = 0; hour < 37; hour += 1) {
    await schedule.check();
    pass(1);
  }
  expect(runs).toEqual(['2026-01-10T12', '2026-01-11T00', '2026-01-12T00']);
});

test('waits for the next check after the clock has jumped, and forgets a jump that was corrected', async () => {
  await schedule.check();
  wallMs += 10 * 365 * 24 * HOUR_MS;
  await schedule.check();
  expect(runs).toHaveLength(1);
  wallMs -= 10 * 365 * 24 * HOUR_MS;
  await schedule.check();
  expect(runs).toHaveLength(1);
  // A laptop that sleeps stops its monotonic clock.
  wallMs += 24 * HOUR_MS;
  await schedule.check();
  pass(0.1);
  await schedule.check();
  expect(runs).toEqual(['2026-01-10T12', '2026-01-11T12']);
});

test('reports a failed run, and runs again the next day', async () => {
  fails = true;
  await schedule.check();
  expect(errors).toEqual([new Error('no disk')]);
  fails = false;
  pass(13);
  await schedule.check();
  expect(runs).toHaveLength(2);
});
