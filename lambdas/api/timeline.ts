import type { JustInTimeFacts } from '../../catalog/schema/just-in-time-facts.ts';
import { TIMELINE_STEPS, type TimelineEntry } from '../contracts/api/video.ts';
import { recordOf } from '../contracts/record-of.ts';
import { failedCode, REQUIRED_STEPS, STEPS } from '../contracts/steps.ts';

/** State of a video's newest upload. */
export interface TimelineSource {
  /** Null if the file was not uploaded through the API. */
  readonly upload: { readonly createdAt: Date; readonly completedAt: Date | null } | null;
  /** Null until the object is registered. */
  readonly revision: {
    readonly status: string;
    readonly code: string | null;
    readonly createdAt: Date;
    readonly submittedAt: Date | null;
    readonly endedAt: Date | null;
    readonly percent: number | null;
    readonly failedAttempts: readonly unknown[];
    readonly justInTime: JustInTimeFacts | null;
  } | null;
  readonly steps: readonly {
    readonly step: string;
    readonly status: 'running' | 'done' | 'failed';
    readonly startedAt: Date;
    readonly endedAt: Date | null;
  }[];
}

type Stage = Omit<TimelineEntry, 'step' | 'startedAt' | 'endedAt'> & {
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
};
type StepName = TimelineEntry['step'];

const WAITING: Stage = { state: 'waiting', startedAt: null, endedAt: null, percent: null };

function runningStage(startedAt: Date | null, percent: number | null = null): Stage {
  return { state: 'running', startedAt, endedAt: null, percent };
}

function doneStage(startedAt: Date | null, endedAt: Date | null): Stage {
  return { state: 'done', startedAt, endedAt, percent: null };
}

/** Returns the past, current and future stages of a video, in order. */
export function timelineOf(source: TimelineSource): TimelineEntry[] {
  const stages = { ...stagesOf(source) };
  if (source.revision?.status === 'rejected' || source.revision?.status === 'failed') {
    markFailure(stages, source.revision);
  }
  const playableAt = playableSince(source);
  if (playableAt !== null) stages.playable = doneStage(null, playableAt);
  return TIMELINE_STEPS.filter((step) => step !== 'playable' || playableAt !== null).map((step) => {
    const { startedAt, endedAt, ...stage } = stages[step];
    return { step, ...stage, startedAt: toIso(startedAt), endedAt: toIso(endedAt) };
  });
}

/** Returns when the source began to play; null if it waits for its encode, or plays no longer. */
function playableSince({ revision }: TimelineSource): Date | null {
  if (revision?.justInTime == null || revision.justInTime.level === 'none' || revision.status === 'rejected') return null;
  return new Date(revision.justInTime.recordedAt);
}

function toIso(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}

function stagesOf({ upload, revision, steps }: TimelineSource): Record<StepName, Stage> {
  const stages = recordOf(TIMELINE_STEPS, () => WAITING);
  const uploadedAt = upload?.completedAt ?? revision?.createdAt ?? null;
  stages.upload =
    uploadedAt === null ? runningStage(upload?.createdAt ?? null) : doneStage(upload?.createdAt ?? null, uploadedAt);
  if (revision === null) return stages;

  const { createdAt, submittedAt, endedAt, percent, status, failedAttempts } = revision;
  // The pause before a further attempt belongs to the encode.
  if (status === 'uploaded' && failedAttempts.length > 0) return { ...stages, inspect: doneStage(null, null) };
  // A revision that is `uploaded` has no job, even if it was submitted before a retry.
  if (submittedAt === null || status === 'uploaded') return { ...stages, inspect: runningStage(createdAt) };
  stages.inspect = doneStage(createdAt, submittedAt);
  if (status === 'transcoding') return { ...stages, encode: runningStage(submittedAt, percent) };
  if (steps.length === 0 && status !== 'ready') return { ...stages, encode: runningStage(submittedAt, percent) };

  // The first step began when the job ended.
  const [first] = steps.map((step) => step.startedAt).toSorted((a, b) => a.getTime() - b.getTime());
  stages.encode = doneStage(submittedAt, first ?? endedAt);
  for (const name of STEPS) stages[name] = stageOf(steps.find(({ step }) => step === name));
  const lastDone = lastEnd(steps.filter(({ step }) => REQUIRED_STEPS.some((name) => name === step)));
  if (status === 'ready') stages.publish = doneStage(lastDone, endedAt);
  else if (REQUIRED_STEPS.every((name) => stages[name].state === 'done')) stages.publish = runningStage(lastDone);
  return stages;
}

function stageOf(row: TimelineSource['steps'][number] | undefined): Stage {
  if (row === undefined) return WAITING;
  const { status: state, startedAt, endedAt } = row;
  return { state, startedAt, endedAt, percent: null };
}

function lastEnd(steps: TimelineSource['steps']): Date | null {
  return steps
    .map(({ endedAt }) => endedAt)
    .reduce((last, end) => (last === null || (end !== null && end > last) ? end : last), null);
}

/** Marks the stage that failed, by its code or by what was in progress, as failed, and the remaining ones as skipped. */
function markFailure(stages: Record<StepName, Stage>, revision: NonNullable<TimelineSource['revision']>): void {
  const failed = failedStep(stages, revision);
  stages[failed] = { ...stages[failed], state: 'failed', endedAt: stages[failed].endedAt ?? revision.endedAt };
  for (const step of TIMELINE_STEPS) {
    if (step === failed || stages[step].state === 'done') continue;
    if (stages[step].state !== 'failed') stages[step] = { ...stages[step], state: 'skipped', percent: null };
  }
}

function failedStep(stages: Record<StepName, Stage>, { code }: NonNullable<TimelineSource['revision']>): StepName {
  const named = REQUIRED_STEPS.find((step) => code === failedCode(step));
  return named ?? TIMELINE_STEPS.find((step) => step !== 'playable' && stages[step].state !== 'done') ?? 'publish';
}
