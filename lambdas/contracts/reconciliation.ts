import * as z from 'zod';
import { recordOf } from './record-of.ts';

/** A disagreement between the catalog and what AWS holds. */
interface FindingKind {
  /** Says what was found. */
  readonly what: string;
  /** Says what the reconciler does, or what the operator can do. */
  readonly remedy: string;
  /** Times that one run may mend it; 0 if it is only named. The rest is named. */
  readonly maxMends: number;
}

/** Mends of one kind in a run that only send a message or remove a record: enough for any accident but a lost catalog. */
const MANY = 1000;

/** Mends of one kind in a run that delete something: a mistake must not cost a library. */
const FEW = 100;

export const FINDINGS = {
  job_orphaned: {
    what: 'A job of this deployment runs for a revision that does not claim it.',
    remedy: 'It is canceled.',
    maxMends: FEW,
  },
  job_unrecorded: {
    what: 'A job was submitted, but the catalog does not know it.',
    remedy: 'It is recorded.',
    maxMends: MANY,
  },
  schedule_orphaned: {
    what: 'A one-time schedule is left of a revision that has ended.',
    remedy: 'It is deleted.',
    maxMends: MANY,
  },
  output_orphaned: {
    what: 'The output bucket holds an encode that is of no use: its revision was deleted, replaced or rejected, or another attempt followed.',
    remedy: 'It is deleted.',
    maxMends: FEW,
  },
  output_unknown: {
    what: 'The output bucket holds an encode of a video or revision that the catalog does not know.',
    remedy: 'Delete it with --remove-unknown, unless you are about to restore a newer catalog.',
    maxMends: 0,
  },
  output_foreign: {
    what: 'The output bucket holds an object below v/ that Sluice did not write.',
    remedy: 'Delete it by hand.',
    maxMends: 0,
  },
  output_missing: {
    what: 'A ready revision lacks files in the output bucket.',
    remedy: 'Encode the video again: copy its source onto itself, which is a new upload.',
    maxMends: 0,
  },
  tags_disagree: {
    what: 'Objects are published although their video is withdrawn, or the other way round.',
    remedy: 'The withdrawal function is told to tag them again.',
    maxMends: MANY,
  },
  pointer_behind: {
    what: 'The permanent address of a video does not play what it should.',
    remedy: 'The withdrawal function is told to write the pointer again.',
    maxMends: MANY,
  },
  source_unregistered: {
    what: 'The source bucket holds an upload that the catalog does not know.',
    remedy: 'It is queued, as by its event.',
    maxMends: MANY,
  },
  source_missing: {
    what: 'The source of a video is gone, so that it cannot be encoded again.',
    remedy: 'Restore the version, or upload the file again, if you need it.',
    maxMends: 0,
  },
  upload_stuck: {
    what: 'An upload waits for a message that no longer exists.',
    remedy: 'It is queued again.',
    maxMends: MANY,
  },
  upload_expired: {
    what: 'An upload that was never finished has expired.',
    remedy: 'It is removed.',
    maxMends: MANY,
  },
  job_missing: {
    what: 'A revision waits for a job that does not exist.',
    remedy: 'Completion is told to check it, which starts another attempt or ends the revision.',
    maxMends: MANY,
  },
  job_event_lost: {
    what: 'A job has ended, but its revision has not moved on.',
    remedy: 'Completion is told to check it, which repeats the event.',
    maxMends: MANY,
  },
  deadline_missing: {
    what: 'A revision in progress has no schedule that would check its job.',
    remedy: 'Completion is told to check it.',
    maxMends: MANY,
  },
  steps_not_completed: {
    what: 'All steps of a revision are done, but it is not ready.',
    remedy: 'Completion is told so again.',
    maxMends: MANY,
  },
  end_unpublished: {
    what: 'A revision has ended, but nobody was told.',
    remedy: 'Completion is told to publish it.',
    maxMends: MANY,
  },
  withdrawal_unsettled: {
    what: 'A withdrawal or publication has not taken effect on the objects and the edge.',
    remedy: 'The withdrawal function is told again.',
    maxMends: MANY,
  },
  removal_unfinished: {
    what: 'A deleted video has not been removed completely.',
    remedy: 'The removal function is told again.',
    maxMends: MANY,
  },
  grace_overdue: {
    what: 'The grace of a superseded revision has ended, but it is still served.',
    remedy: 'The withdrawal function is told to retire it.',
    maxMends: MANY,
  },
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingCode = keyof typeof FINDINGS;
export const FINDING_CODES = Object.keys(FINDINGS).filter(isFindingCode);

function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDINGS, code);
}

/** Examples of each kind that a report names; the function's log has all. */
export const MAX_EXAMPLES = 5;

/** Findings of one kind in a run. */
const findingSchema = z.object({
  found: z.number().int().nonnegative(),
  /** How many were mended; in a dry run how many would be. */
  mended: z.number().int().nonnegative(),
  /** How many could not be mended, because of an error in the function's log. */
  failed: z.number().int().nonnegative(),
  /** Ids, keys or prefixes. */
  examples: z.array(z.string()).max(MAX_EXAMPLES),
});
export type Finding = z.infer<typeof findingSchema>;

/** Parts of a run, in their order. */
export const PHASES = ['jobs', 'schedules', 'output', 'source', 'uploads'] as const;
export type Phase = (typeof PHASES)[number];

export const reconciliationSchema = z.object({
  runId: z.string(),
  dryRun: z.boolean(),
  /** ISO 8601. */
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  /** Counts of everything that was looked at. */
  examined: z.record(z.string(), z.number()),
  findings: z.object(recordOf(FINDING_CODES, () => findingSchema)).partial(),
  /** Parts that an error ended early. */
  unfinished: z.array(z.object({ phase: z.enum(PHASES), error: z.string() })),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** Request to the reconcile function. */
export const reconcileRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    /** @default a new id */
    runId: z.string().min(1).optional(),
    dryRun: z.boolean().default(false),
    removeUnknown: z.boolean().default(false),
  }),
  /** Continues a run, which a schedule requests. */
  z.object({ type: z.literal('continue'), runId: z.string() }),
  /** Returns the state of a run and the report of the last one. */
  z.object({ type: z.literal('report') }),
]);
export type ReconcileRequest = z.infer<typeof reconcileRequestSchema>;

export const reconcileResponseSchema = z.object({
  /** Run in progress. */
  running: reconciliationSchema.extend({ phase: z.enum(PHASES) }).optional(),
  /** Last run that has ended. */
  last: reconciliationSchema.optional(),
});
export type ReconcileResponse = z.infer<typeof reconcileResponseSchema>;
