import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { awaitNextAttempt } from '../../catalog/revisions/await-next-attempt.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import type { FailedAttempt } from '../../catalog/schema/failed-attempt.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import { endWithCode } from '../chain/end-with-code.ts';
import type { RemoveJobDeadline } from '../chain/job-deadlines.ts';
import { END_CODES, type EndCode, type EndCodeName } from '../contracts/end-codes.ts';
import type { SoundFault } from '../contracts/sound-faults.ts';
import { SOURCE_WARNINGS } from '../contracts/source-warnings.ts';
import type { ScheduleAttempt } from './attempt-schedules.ts';
import { leaveOutSound } from './leave-out-sound.ts';

/** Attempts to encode a revision before its end code reaches the user. */
export const MAX_ATTEMPTS = 3;

/** Factor from one pause between attempts to the next. */
const PAUSE_GROWTH = 5;

/** Maximum pause before an attempt that leaves out sound: nothing has to recover, but a schedule takes some seconds. */
const SOUND_PAUSE_SECONDS = 5;

export interface FailAttemptContext {
  readonly database: CatalogDatabase;
  readonly scheduleAttempt: ScheduleAttempt;
  readonly removeDeadline: RemoveJobDeadline;
  /** Pause between the first failure and the second attempt, in seconds. */
  readonly retryPauseSeconds: number;
  readonly logger: Logger;
}

export interface AttemptFailure {
  readonly revisionId: string;
  readonly attemptId: string;
  readonly code: EndCodeName;
  /** @default the message of the code */
  readonly message?: string;
  /** Sound that made the attempt fail. */
  readonly soundFault?: SoundFault | undefined;
}

/** Part of the plan that changes when an attempt leaves out sound. */
const planSchema = z.object({ audio: z.array(z.object({ track: z.number() })) });

/**
 * Ends an attempt: schedules another one if a retry can help and attempts remain, and otherwise ends the revision with the
 * code. After a failure caused by sound, the next attempt leaves out the suspect tracks and does not count against
 * `MAX_ATTEMPTS`: with all sound left out, sound cannot fail it again. The schedule is created first, since its message also
 * records the failure; a crash between the two repeats both without effect.
 */
export async function failAttempt(context: FailAttemptContext, failure: AttemptFailure): Promise<void> {
  const { database, scheduleAttempt, removeDeadline, logger } = context;
  const { revisionId, attemptId, code, message = END_CODES[code].message } = failure;
  const revision = (await findRevision(database, revisionId))?.revision;
  if (revision?.attemptId !== attemptId || ENDED_STATUSES.has(revision.status)) return;
  const failedAt = new Date();
  const next = planNextAttempt(context, failure, revision);
  if (next === undefined) {
    await endWithCode(database, revisionId, code, { attemptId, message });
    return;
  }
  const { pauseSeconds, ...what } = next;
  const nextAt = new Date(failedAt.getTime() + pauseSeconds * 1000).toISOString();
  const record = { attemptId, code, message, ...what, failedAt: failedAt.toISOString(), nextAt };
  logger.warn('attempt failed', { revisionId, ...record });
  await scheduleAttempt({ type: 'next-attempt', revisionId, failure: record });
  await awaitNextAttempt(database, revisionId, record);
  await removeDeadline(revision);
}

type NextAttempt = Partial<Pick<FailedAttempt, 'code' | 'message' | 'sound'>> & { readonly pauseSeconds: number };

/** @returns undefined if a retry cannot help */
function planNextAttempt(
  { retryPauseSeconds }: FailAttemptContext,
  { code, soundFault }: AttemptFailure,
  { failedAttempts, plan }: Revision,
): NextAttempt | undefined {
  const planned = [...new Set(planSchema.safeParse(plan).data?.audio.map(({ track }) => track))];
  if (soundFault !== undefined && planned.length > 0) {
    const suspects = planned.filter((track) => track === soundFault.track);
    const sound = { suspects: suspects.length > 0 ? suspects : planned };
    const earlier = failedAttempts.flatMap((attempt) => (attempt.sound === undefined ? [] : [attempt.sound.suspects]));
    return {
      code: SKIPPED,
      message: SOURCE_WARNINGS[SKIPPED].en.what,
      sound: { ...sound, leftOut: leaveOutSound([...earlier, sound.suspects], planned) },
      pauseSeconds: Math.min(retryPauseSeconds, SOUND_PAUSE_SECONDS),
    };
  }
  const { retry }: EndCode = END_CODES[code];
  const failed = failedAttempts.filter(({ sound }) => sound === undefined).length + 1;
  if (retry !== 'automatic' || failed >= MAX_ATTEMPTS) return undefined;
  return { pauseSeconds: retryPauseSeconds * PAUSE_GROWTH ** (failed - 1) };
}

const SKIPPED = 'sound_track_skipped';
