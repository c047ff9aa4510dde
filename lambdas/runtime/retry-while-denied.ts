import { setTimeout as sleep } from 'node:timers/promises';

export interface DeniedRetryOptions {
  /** Waits between two attempts. @default a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Total wait before the error is thrown. @default one minute */
  readonly patienceMs?: number;
}

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 10_000;

/** Error names of a denied request: of S3, of JSON protocols, and of the RDS Data API. */
const DENIALS: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'ForbiddenException']);

/**
 * Repeats work that AWS denies, since a permission that the same deployment has just granted may not be in force yet.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 *
 * @param work must be idempotent
 * @throws what the last attempt threw
 */
export async function retryWhileDenied<Result>(
  work: () => Promise<Result>,
  { wait = sleep, patienceMs = 60_000 }: DeniedRetryOptions = {},
): Promise<Result> {
  let waitMs = FIRST_WAIT_MS;
  let leftMs = patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDenied(error) || leftMs <= 0) throw error;
    }
    await wait(Math.min(waitMs, leftMs));
    leftMs -= waitMs;
    waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
  }
}

/** Returns whether AWS denied a request, in the error or one of its causes. */
function isDenied(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (DENIALS.has(at.name)) return true;
  return false;
}
