import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ResumeOptions {
  /** Wait before the second attempt; each further wait doubles, up to five seconds. @default 500 */
  readonly firstWaitMs?: number;
  /** Total wait before the error is thrown. @default 45,000 */
  readonly patienceMs?: number;
}

const MAX_WAIT_MS = 5_000;

/**
 * Makes every call wait for a cluster that is resuming from pause, which takes 15 seconds, or over 30 after a day. A
 * statement sent to a paused cluster is not executed.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export function waitWhileResuming(client: RDSDataClient, options: ResumeOptions = {}): RDSDataClient {
  const { firstWaitMs = 500, patienceMs = 45_000 } = options;
  client.middlewareStack.add(
    (next) => async (args) => {
      let waitMs = firstWaitMs;
      let waitedMs = 0;
      for (;;) {
        try {
          return await next(args);
        } catch (error) {
          if (!isResuming(error) || waitedMs + waitMs > patienceMs) throw error;
        }
        await sleep(waitMs);
        waitedMs += waitMs;
        waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
      }
    },
    { step: 'initialize', name: 'waitWhileResuming' },
  );
  return client;
}

/** Returns whether the Data API reported a paused database, in the error or one of its causes. */
export function isResuming(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'DatabaseResumingException') return true;
  }
  return false;
}
