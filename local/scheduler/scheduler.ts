import { z } from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import { regionalArn } from '../cloud/account.ts';
import { deliver, DeliveryRefusedError, textAttributes } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';
import { Journal } from '../durable/journal.ts';
import { oneTimeMs } from './schedule-expression.ts';

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
    .refine((expression) => oneTimeMs(expression) !== undefined, 'the laptop carries out at(…) alone'),
  ScheduleExpressionTimezone: z.literal('UTC', 'the laptop knows UTC alone').default('UTC'),
  FlexibleTimeWindow: z.object({ Mode: z.enum(['OFF', 'FLEXIBLE']), MaximumWindowInMinutes: z.number().optional() }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  Target: z.object({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
    RetryPolicy: z.object({}).optional(),
  }),
});

const keptSchema = scheduleSchema.extend({
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  fired: z.boolean(),
});
export type Schedule = Readonly<z.infer<typeof keptSchema>>;

/** The longest that a timer of Node waits. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const RETRY_MS = 1000;

/** One-time schedules. One whose moment passed while the laptop was off fires at the next start. */
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

  static async open({ path, directory }: { readonly path: string; readonly directory: Directory }): Promise<Scheduler> {
    return new Scheduler(await Journal.open(path, keptSchema), directory);
  }

  /** Lets schedules fire: to be called once their targets exist. */
  start(): void {
    this.#started = true;
    for (const [id, schedule] of this.#journal.entries) this.#arm(id, schedule);
  }

  /** @throws ApiError `ConflictException` if there is one of this name */
  async create(schedule: z.infer<typeof scheduleSchema>): Promise<string> {
    const id = idOf(schedule.GroupName, schedule.Name);
    if (this.#journal.entries.has(id))
      throw new ApiError('ConflictException', 409, `Schedule ${schedule.Name} already exists.`);
    const kept = { ...schedule, createdAt: Date.now(), fired: false };
    await this.#journal.set(id, kept);
    this.#arm(id, kept);
    return arnOf(id);
  }

  /** @throws ApiError `ResourceNotFoundException` */
  get(groupName: string, name: string): Schedule & { readonly arn: string } {
    const id = idOf(groupName, name);
    const schedule = this.#journal.entries.get(id);
    if (schedule === undefined)
      throw new ApiError('ResourceNotFoundException', 404, `Schedule ${name} does not exist.`);
    return { ...schedule, arn: arnOf(id) };
  }

  /** @throws ApiError `ResourceNotFoundException` */
  async delete(groupName: string, name: string): Promise<void> {
    this.get(groupName, name);
    await this.#forget(idOf(groupName, name));
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
        if (waitMs > MAX_TIMER_MS) return this.#arm(id, schedule, notBefore);
        const firing = this.#fire(id, schedule).finally(() => this.#firing.delete(firing));
        this.#firing.add(firing);
      },
      Math.min(waitMs, MAX_TIMER_MS),
    );
    this.#timers.set(id, timer.unref());
  }

  async #fire(id: string, schedule: Schedule): Promise<void> {
    try {
      await this.#deliver(schedule);
      if (schedule.ActionAfterCompletion === 'DELETE') await this.#forget(id);
      else await this.#journal.set(id, { ...schedule, fired: true });
    } catch {
      this.#arm(id, schedule, Date.now() + RETRY_MS);
    }
  }

  async #deliver({ Target: target, GroupName: group, Name: name }: Schedule): Promise<void> {
    const delivery = { body: target.Input ?? '{}', sourceArn: arnOf(idOf(group, name)) };
    try {
      await deliver(this.#directory, target.Arn, delivery);
    } catch (error) {
      if (!(error instanceof DeliveryRefusedError)) throw error;
      if (target.DeadLetterConfig === undefined) return;
      const attributes = textAttributes({
        ERROR_CODE: error.code,
        ERROR_MESSAGE: error.message,
        TARGET_ARN: target.Arn,
      });
      await deliver(this.#directory, target.DeadLetterConfig.Arn, { ...delivery, attributes });
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

function arnOf(id: string): string {
  return regionalArn('scheduler', `schedule/${id}`);
}
