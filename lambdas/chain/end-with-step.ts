import type { CatalogDatabase } from '../../catalog/database.ts';
import { type AttemptedStep, failStep } from '../../catalog/revisions/finish-step.ts';
import { failedCode, isRequiredForReady, type Step } from '../contracts/steps.ts';
import { endWithCode } from './end-with-code.ts';

/** Ends a revision with the code of a step that has failed for good, or only marks a step that no revision waits for. */
export async function endWithStep(
  database: CatalogDatabase,
  { step, ...of }: AttemptedStep & { readonly step: Step },
): Promise<void> {
  if (!isRequiredForReady(step)) {
    await failStep(database, { ...of, step });
    return;
  }
  const code = failedCode(step);
  await endWithCode(database, of.revisionId, code, { attemptId: of.attemptId });
  await failStep(database, { ...of, step }, code);
}
