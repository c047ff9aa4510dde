import type { ReconcileResponse } from '../../lambdas/contracts/reconciliation.ts';
import { countNouns } from '../cloud/count-nouns.ts';
import { describeOutcome, describeUnfinished, listFindings } from '../operations/describe-report.ts';
import { escapeControls, padToColumns, widestOf } from './columns.ts';
import { formatDuration } from './format-duration.ts';

/** Writes the run in progress and the last report of the reconciler as text for a terminal. */
export function writeReconciliation({ running, last }: ReconcileResponse, now: Date): readonly string[] {
  const ago = (time: string): string => formatDuration(now.getTime() - Date.parse(time));
  const lines = running === undefined ? [] : [`Reconciler: a run is in progress for ${ago(running.startedAt)}, at its part ${running.phase}.`];
  if (last === undefined) return running === undefined ? ['Reconciler: has never run.'] : lines;
  const findings = listFindings(last);
  const width = widestOf(findings.map(({ code }) => code));
  const found = findings.reduce((sum, { finding }) => sum + finding.found, 0);
  const unfinished = describeUnfinished(last);
  const outcome = found === 0 && unfinished.length === 0 ? 'everything agreed' : countNouns(found, 'finding');
  const { dryRun, endedAt = last.startedAt } = last;
  return [
    ...lines,
    `Reconciler: the last run${dryRun ? ', a dry run,' : ''} ended ${ago(endedAt)} ago, at ${endedAt}: ${outcome}.`,
    ...findings.map(({ code, finding }) => `  ${padToColumns(code, width)}  ${describeOutcome(code, finding, dryRun)}`),
    ...unfinished.map((text) => `  ${escapeControls(text)}`),
    ...(findings.length === 0 ? [] : ['  npm run -s reconcile -- --last prints examples and remedies.']),
  ];
}
