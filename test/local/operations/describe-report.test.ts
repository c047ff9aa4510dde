import type { Reconciliation } from '../../../lambdas/contracts/reconciliation.ts';
import { describeReport } from '../../../local/operations/describe-report.ts';

const REPORT: Reconciliation = {
  runId: 'r',
  dryRun: false,
  startedAt: '2026-11-30T22:07:00.000Z',
  endedAt: '2026-11-30T22:08:00.000Z',
  examined: { jobs: 0, videos: 1, revisions: 2, 'expired uploads': 1 },
  findings: {},
  unfinished: [],
};
const PERIOD = 'Run from 2026-11-30T22:07:00.000Z to 2026-11-30T22:08:00.000Z';

test('counts in the singular and the plural', () => {
  expect(describeReport(REPORT)).toEqual([`${PERIOD}: 0 jobs, 1 video, 2 revisions, 1 expired upload.`, 'Everything agrees.']);
});

test('a run that an error ended early does not say that everything agrees', () => {
  const unfinished = [{ phase: 'jobs' as const, error: 'AccessDenied: no' }];
  expect(describeReport({ ...REPORT, examined: {}, unfinished })).toEqual([
    `${PERIOD}: nothing to compare.`,
    'Not finished: jobs. AccessDenied: no',
  ]);
});

test('names each finding with its outcome, its remedy and examples', () => {
  const findings = { source_missing: { found: 7, mended: 0, failed: 0, examples: ['a.mp4'] } };
  expect(describeReport({ ...REPORT, findings }).slice(1)).toEqual([
    'source_missing: 7, named only',
    '  The source of a video is gone, so that it cannot be encoded again. Restore the version, or upload the file again, if you need it.',
    '    a.mp4',
    '    and 6 more, in the function’s log',
  ]);
});
