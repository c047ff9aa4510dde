import { type Finding, FINDING_CODES, type FindingCode, FINDINGS, type Reconciliation } from '../../lambdas/contracts/reconciliation.ts';
import { countNouns } from '../cloud/count-nouns.ts';

/** Describes a report of the reconciler in lines of text. */
export function describeReport(report: Reconciliation): readonly string[] {
  const { dryRun, startedAt, endedAt, examined, unfinished } = report;
  const kinds = listFindings(report).flatMap(({ code, finding }) => {
    const { what, remedy } = FINDINGS[code];
    const { found, examples } = finding;
    const more = found - examples.length;
    return [
      `${code}: ${describeOutcome(code, finding, dryRun)}`,
      `  ${what} ${remedy}`,
      ...examples.map((example) => `    ${example}`),
      ...(more > 0 ? [`    and ${more} more, in the function’s log`] : []),
    ];
  });
  return [
    `${dryRun ? 'Dry run' : 'Run'} from ${startedAt} to ${endedAt ?? 'now'}: ${describeCounts(examined) || 'nothing to compare'}.`,
    ...(kinds.length === 0 && unfinished.length === 0 ? ['Everything agrees.'] : kinds),
    ...describeUnfinished(report),
    ...(dryRun && kinds.length > 0 ? ['This was a dry run: nothing was changed.'] : []),
  ];
}

/** Returns the findings of a report, in the order of their codes. */
export function listFindings({ findings }: Reconciliation): readonly { readonly code: FindingCode; readonly finding: Finding }[] {
  return FINDING_CODES.flatMap((code) => {
    const finding = findings[code];
    return finding === undefined ? [] : [{ code, finding }];
  });
}

/** Returns how many were found of a kind, and what became of them: `3, 2 mended, 1 failed`. */
export function describeOutcome(code: FindingCode, { found, mended, failed }: Finding, dryRun: boolean): string {
  const outcome = FINDINGS[code].maxMends === 0 && mended === 0 ? 'named only' : `${mended} ${dryRun ? 'would be mended' : 'mended'}`;
  return `${found}, ${outcome}${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** Returns a line for each part of a run that an error ended early. */
export function describeUnfinished({ unfinished }: Reconciliation): readonly string[] {
  return unfinished.map(({ phase, error }) => `Not finished: ${phase}. ${error}`);
}

/** Returns what a run has compared, `1 job, 20 objects`; nothing if it has compared nothing. The names are regular plurals. */
export function describeCounts(examined: Reconciliation['examined']): string {
  return Object.entries(examined)
    .map(([what, count]) => countNouns(count, what.replace(/s$/, ''), what))
    .join(', ');
}
