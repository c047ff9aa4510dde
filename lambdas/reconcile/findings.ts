import { type Finding, type FindingCode, FINDINGS, MAX_EXAMPLES } from '../contracts/reconciliation.ts';
import { deleteBelow } from '../runtime/delete-objects.ts';
import { isPassingError } from '../runtime/is-passing-error.ts';
import { describeError } from '../runtime/logger.ts';
import type { Run } from './context.ts';

/** Characters of an example that a report keeps. */
const MAX_EXAMPLE_CHARACTERS = 200;

/** Counts what a run has looked at. */
export function countExamined({ report }: Pick<Run, 'report'>, what: string, count = 1): void {
  report.examined[what] = (report.examined[what] ?? 0) + count;
}

/**
 * Records a finding, and mends it unless the run is dry or has mended enough of the kind. An error of one mend is counted
 * and does not end the run.
 *
 * @param mend must be harmless if it is repeated, or if the finding has gone meanwhile
 * @param maxMends replaces that of the kind
 * @throws Error that will pass, such as throttling: the run goes on later from where it was
 */
export async function recordFinding(
  { report, logger }: Pick<Run, 'report' | 'logger'>,
  code: FindingCode,
  example: string,
  mend?: () => Promise<unknown>,
  maxMends: number = FINDINGS[code].maxMends,
): Promise<void> {
  const finding = (report.findings[code] ??= { found: 0, mended: 0, failed: 0, examples: [] } satisfies Finding);
  const mends = mend !== undefined && finding.mended < maxMends;
  let outcome = mends ? 'mended' : 'named';
  if (mends && !report.dryRun) {
    try {
      await mend();
    } catch (error) {
      if (isPassingError(error)) throw error;
      outcome = 'failed';
      finding.failed += 1;
      logger.error('finding not mended', { code, example, error: describeError(error) });
    }
  }
  finding.found += 1;
  if (outcome === 'mended') finding.mended += 1;
  if (finding.examples.length < MAX_EXAMPLES) finding.examples.push(example.slice(0, MAX_EXAMPLE_CHARACTERS));
  logger.warn('finding', { code, example, outcome, dryRun: report.dryRun });
}

/** Records output that the catalog does not know, and deletes it if the operator said so. */
export async function recordUnknown(run: Run, prefix: string): Promise<void> {
  if (!run.removeUnknown) return recordFinding(run, 'output_unknown', prefix);
  const remove = () => deleteBelow(run.s3, run.outputBucket, prefix);
  await recordFinding(run, 'output_unknown', prefix, remove, Number.MAX_SAFE_INTEGER);
}
