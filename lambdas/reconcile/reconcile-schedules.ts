import { DeleteScheduleCommand, ListSchedulesCommand, ResourceNotFoundException, type ScheduleSummary } from '@aws-sdk/client-scheduler';
import * as z from 'zod';
import { findLivingAttempts, findUnretired } from '../../catalog/reconciliation/find-living.ts';
import { isSettled, type Run } from './context.ts';
import { countExamined, recordFinding } from './findings.ts';

const GROUPS = ['deadlines', 'graces'] as const;

const cursorSchema = z.object({ group: z.enum(GROUPS), token: z.string().optional() });

/**
 * Checks a page of one-time schedules. One whose revision has ended does nothing but resume a paused catalog. Those of next
 * attempts are left alone: they fire within minutes.
 *
 * @returns where the next call continues; undefined at the end
 */
export async function reconcileSchedules(run: Run, cursor: string | undefined): Promise<string | undefined> {
  const { group, token }: z.infer<typeof cursorSchema> =
    cursor === undefined ? { group: GROUPS[0] } : cursorSchema.parse(JSON.parse(cursor));
  const GroupName = group === 'deadlines' ? run.deadlineGroup : run.graceGroup;
  const { Schedules = [], NextToken } = await run.scheduler.send(
    new ListSchedulesCommand({ GroupName, MaxResults: 100, NextToken: token }),
  );
  countExamined(run, 'schedules', Schedules.length);
  const settled = Schedules.flatMap((schedule) => subjectOf(schedule, group) ?? []).filter(({ createdAt }) => isSettled(run, createdAt));
  const subjects = settled.map(({ subject }) => subject);
  const living = await (group === 'deadlines' ? findLivingAttempts : findUnretired)(run.database, subjects);
  for (const { name, subject } of settled) {
    if (!living.has(subject)) await recordFinding(run, 'schedule_orphaned', name, () => remove(run, GroupName, name));
  }
  if (NextToken !== undefined) return JSON.stringify({ group, token: NextToken });
  return group === 'deadlines' ? JSON.stringify({ group: 'graces' }) : undefined;
}

interface NamedSchedule {
  readonly name: string;
  /** Attempt of a deadline, or revision of a grace. */
  readonly subject: string;
  readonly createdAt: Date | undefined;
}

/** @returns undefined for the schedule of a next attempt, and for one that Sluice did not name */
function subjectOf({ Name: name = '', CreationDate: createdAt }: ScheduleSummary, group: (typeof GROUPS)[number]): NamedSchedule | undefined {
  const [, subject] = /^(.+)-\d+$/.exec(name) ?? [];
  if (subject === undefined || (group === 'graces' && !z.uuid().safeParse(subject).success)) return undefined;
  return { name, subject, createdAt };
}

async function remove({ scheduler }: Run, GroupName: string, Name: string): Promise<void> {
  try {
    await scheduler.send(new DeleteScheduleCommand({ GroupName, Name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
