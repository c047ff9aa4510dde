import * as z from 'zod';
import type { Directory } from '../cloud/directory.ts';
import { deliverScheduled, targetSchema } from './deliver-scheduled.ts';

/** Expression of a daily schedule: minute and hour, UTC. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
const DAILY = /^cron\((?<minute>[0-5]?\d) (?<hour>[01]?\d|2[0-3]) \* \* \? \*\)$/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html */
export const dailyScheduleSchema = z.object({
  Name: z.string().optional(),
  GroupName: z.string().default('default'),
  ScheduleExpression: z.string().regex(DAILY, 'the laptop cloud supports cron(minute hour * * ? *) only in templates'),
  FlexibleTimeWindow: z.object({ Mode: z.enum(['OFF', 'FLEXIBLE']), MaximumWindowInMinutes: z.coerce.number().optional() }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: targetSchema,
});
type DailySchedule = Readonly<z.infer<typeof dailyScheduleSchema> & { Name: string }>;

/** Longest time between two looks at the clock: a timer follows neither a clock that is set nor a laptop that sleeps. */
const MAX_TIMER_MS = 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Schedules of the templates that fire every day at a time, whatever their window. */
export class DailySchedules {
  readonly #directory: Directory;
  /** Next time of each, in milliseconds since the epoch. */
  readonly #next = new Map<DailySchedule, number>();
  readonly #firing = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** @returns a function that removes the schedule */
  add(schedule: DailySchedule): () => void {
    this.#next.set(schedule, nextTimeOf(schedule, Date.now()));
    return () => void this.#next.delete(schedule);
  }

  /** Starts firing. Call it once the targets exist. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), MAX_TIMER_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#firing);
  }

  #look(): void {
    const now = Date.now();
    for (const [schedule, at] of this.#next) {
      if (at > now) continue;
      this.#next.set(schedule, nextTimeOf(schedule, now));
      if (schedule.State === 'DISABLED') continue;
      // A delivery that fails is tried again the next day.
      const firing = deliverScheduled(this.#directory, schedule)
        .catch(() => undefined)
        .finally(() => this.#firing.delete(firing));
      this.#firing.add(firing);
    }
  }
}

/** Returns the first time of a schedule after another time, both in milliseconds since the epoch. */
function nextTimeOf({ ScheduleExpression }: DailySchedule, after: number): number {
  const { minute, hour } = DAILY.exec(ScheduleExpression)?.groups ?? {};
  const ofDayMs = (Number(hour) * 60 + Number(minute)) * MINUTE_MS;
  const today = Math.floor(after / DAY_MS) * DAY_MS + ofDayMs;
  return today > after ? today : today + DAY_MS;
}
