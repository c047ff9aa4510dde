import { failStep } from '../../catalog/revisions/finish-step.ts';
import type { OutputIncomplete } from '../contracts/completion-messages.ts';
import { END_CODES } from '../contracts/end-codes.ts';
import { failAttempt, type FailAttemptContext } from './fail-attempt.ts';

const CODE = 'output_incomplete';

/**
 * Ends an attempt whose job completed without writing everything. If that ends the revision, the step that found the gap
 * counts as failed; otherwise the next attempt starts with no step done.
 */
export async function handleIncompleteOutput(
  context: FailAttemptContext,
  { revisionId, attemptId, step, reason }: OutputIncomplete,
): Promise<void> {
  await failAttempt(context, { revisionId, attemptId, code: CODE, message: `${END_CODES[CODE].message} ${reason}` });
  await failStep(context.database, { revisionId, attemptId, step }, CODE);
}
