import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import type { Directory } from '../cloud/directory.ts';
import { FULL_DISK_RETRY_MS, isFullDisk } from '../durable/full-disk.ts';
import { Journal } from '../durable/journal.ts';
import { deliverScheduled, scheduleArn, targetSchema } from './deliver-scheduled.ts';

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export const scheduleSchema = z.object({
  Name: z.string().regex(/^[\w.-]{1,64}$/),
  GroupName: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z
    .string()
    .refine((expression) => oneTimeMs(expression) !== undefined, 'the laptop cloud supports at(…) only'),
  ScheduleExpressionTimezone: z.literal('UTC', 'the laptop cloud supports UTC only').default('UTC'),
  FlexibleTimeWindow: z.object({ Mode: z.enum(['OFF', 'FLEXIBLE']), MaximumWindowInMinutes: z.number().optional() }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  Target: targetSchema,
});

const storedSchema = scheduleSchema.extend({
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  fired: z.boolean(),
});
type Schedule = Readonly<z.infer<typeof storedSchema>>;

/**
 * Longest time between two looks at the clock, as EventBridge Scheduler fires within a minute. A timer follows neither a
 * clock that is set nor a laptop that sleeps.
 */
const MAX_TIMER_MS = 60_000;
const RETRY_MS = 1000;

interface SchedulerOptions {
  readonly path: string;
  readonly directory: Directory;
  /** Receives a message about a journal that a crash left incomplete. @default none */
  readonly onRepair?: (message: string) => void;
}

interface ListRequest {
  /** @default all groups */
  readonly groupName: string | undefined;
  readonly namePrefix: string;
  readonly after: string | undefined;
  readonly limit: number;
}

/** One-time schedules. Those whose time passed while the laptop was off fire at the next start. */
export class Scheduler {
  readonly #journal: Journal<Schedule>;
  readonly #directory: Directory;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #firing = new Set<Promise<void>>();
  #started = false;

  private constructor(journal: Journal<Schedule>, directory: Directory) {
    this.#journal = journal;
    this.#directory = directory;
  }

  static async open({ path, directory, onRepair = () => undefined }: SchedulerOptions): Promise<Scheduler> {
    const holds = 'all schedules, such as the deadlines of uploads';
    return new Scheduler(await Journal.open(path, storedSchema, { holds, onRepair }), directory);
  }

  /** Starts firing schedules. Call it once their targets exist. */
  start(): void {
    this.#started = true;
    for (const [id, schedule] of this.#journal.entries) this.#arm(id, schedule);
  }

  /** @throws ApiError `ConflictException` if the name is taken */
  async create(schedule: z.infer<typeof scheduleSchema>): Promise<string> {
    const id = idOf(schedule.GroupName, schedule.Name);
    if (this.#journal.entries.has(id))
      throw new ApiError('ConflictException', 409, `Schedule ${schedule.Name} already exists.`);
    const stored = { ...schedule, createdAt: Date.now(), fired: false };
    await this.#journal.set(id, stored);
    this.#arm(id, stored);
    return scheduleArn(id);
  }

  /** @throws ApiError `ResourceNotFoundException` */
  get(groupName: string, name: string): Schedule & { readonly arn: string } {
    const id = idOf(groupName, name);
    const schedule = this.#journal.entries.get(id);
    if (schedule === undefined)
      throw new ApiError('ResourceNotFoundException', 404, `Schedule ${name} does not exist.`);
    return { ...schedule, arn: scheduleArn(id) };
  }

  /**
   * Lists schedules by group and name.
   *
   * @param after token of the previous page
   */
  list({ groupName, namePrefix, after, limit }: ListRequest): {
    readonly schedules: readonly (Schedule & { readonly arn: string })[];
    readonly next?: string;
  } {
    const ids = [...this.#journal.entries]
      .filter(([, { GroupName, Name }]) => (groupName ?? GroupName) === GroupName && Name.startsWith(namePrefix))
      .map(([id]) => id)
      .filter((id) => after === undefined || id > after)
      .toSorted();
    const page = ids.slice(0, limit);
    const last = page.at(-1);
    const schedules = page.flatMap((id) => {
      const schedule = this.#journal.entries.get(id);
      return schedule === undefined ? [] : [{ ...schedule, arn: scheduleArn(id) }];
    });
    return { schedules, ...(ids.length > limit && last !== undefined && { next: last }) };
  }

  /** @throws ApiError `ResourceNotFoundException` */
  async delete(groupName: string, name: string): Promise<void> {
    this.get(groupName, name);
    await this.#forget(idOf(groupName, name));
  }

  /** Deletes all schedules of a group, as deleting the group does. */
  async deleteGroup(groupName: string): Promise<void> {
    const ids = [...this.#journal.entries].filter(([, schedule]) => schedule.GroupName === groupName).map(([id]) => id);
    for (const id of ids) await this.#forget(id);
  }

  async close(): Promise<void> {
    this.#started = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#firing);
    await this.#journal.close();
  }

  #arm(id: string, schedule: Schedule, notBefore = oneTimeMs(schedule.ScheduleExpression) ?? 0): void {
    clearTimeout(this.#timers.get(id));
    if (!this.#started || schedule.fired || schedule.State === 'DISABLED') return;
    const waitMs = Math.max(0, notBefore - Date.now());
    const timer = setTimeout(
      () => {
        if (Date.now() < notBefore) return this.#arm(id, schedule, notBefore);
        const firing = this.#fire(id, schedule).finally(() => this.#firing.delete(firing));
        this.#firing.add(firing);
      },
      Math.min(waitMs, MAX_TIMER_MS),
    );
    this.#timers.set(id, timer.unref());
  }

  async #fire(id: string, schedule: Schedule): Promise<void> {
    try {
      await deliverScheduled(this.#directory, schedule);
      if (schedule.ActionAfterCompletion === 'DELETE') await this.#forget(id);
      else await this.#journal.set(id, { ...schedule, fired: true });
    } catch (error) {
      // On a full disk, a delivery is not recorded either.
      this.#arm(id, schedule, Date.now() + (isFullDisk(error) ? FULL_DISK_RETRY_MS : RETRY_MS));
    }
  }

  async #forget(id: string): Promise<void> {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    await this.#journal.delete(id);
  }
}

function idOf(groupName: string, name: string): string {
  return `${groupName}/${name}`;
}

/**
 * Parses a one-time schedule, `at(yyyy-mm-ddThh:mm:ss)` in UTC.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 *
 * @returns milliseconds since the epoch; undefined for any other expression
 */
function oneTimeMs(expression: string): number | undefined {
  const [, time] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  if (time === undefined) return undefined;
  const milliseconds = Date.parse(`${time}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
