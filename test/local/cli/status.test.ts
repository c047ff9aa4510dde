import { type Status, writeStatus } from '../../../local/cli/status.ts';

const NOW = new Date('2026-11-30T22:10:00Z');
const QUIET: Status = {
  alarms: [{ name: 'failures', description: 'A video failed. docs/runbook.md#failed', state: 'OK', reason: 'no datapoints', since: NOW }],
  videos: [],
  queues: [
    { name: 'uploads', isForDeadLetters: false, waiting: 0, inFlight: 0, delayed: 0 },
    { name: 'dead', isForDeadLetters: true, waiting: 0, inFlight: 0, delayed: 0 },
  ],
  reconciliation: {},
};
const [ALARM] = QUIET.alarms;
const VIDEO: NonNullable<Status['videos']>[number] = {
  revisionId: 'r',
  videoId: 'v',
  key: 'a.mp4',
  versionId: null,
  status: 'transcoding',
  code: null,
  message: null,
  createdAt: new Date('2026-11-30T22:08:30Z'),
  endedAt: null,
  stepsDone: [],
  failedAttempts: [],
  warnings: [],
  justInTime: null,
  priceTier: null,
  estimatedPriceUsd: null,
};

test('says in words that nothing happens', () => {
  expect(writeStatus(QUIET, NOW)).toBe(
    [
      'Alarms: none of 1 is raised.',
      '',
      'Videos: none in work.',
      '',
      'Queues: all 2 are empty, those for dead letters too.',
      '',
      'Reconciler: has never run.',
    ].join('\n'),
  );
  expect(writeStatus({ ...QUIET, alarms: [] }, NOW)).toContain('Alarms: the template has none.');
});

test('shows raised alarms with their runbook and reason, and how many were not evaluated yet', () => {
  const raised = { ...ALARM!, state: 'ALARM' as const, reason: 'Threshold Crossed: 1 datapoint', since: new Date('2026-11-30T22:07:00Z') };
  const pending = { ...ALARM!, name: 'other', state: 'INSUFFICIENT_DATA' as const };
  expect(writeStatus({ ...QUIET, alarms: [raised, pending] }, NOW).split('\n').slice(0, 4)).toEqual([
    'Alarms: 1 of 2 raised. 1 of 2 waits for its first evaluation, within a minute of the start.',
    '  failures, for 3:00',
    '    A video failed. docs/runbook.md#failed',
    '    Threshold Crossed: 1 datapoint',
  ]);
});

test('shows videos in work with their age and failed attempts, and no control characters of their names', () => {
  const failed = { attemptId: 'a', code: 'encoder_error', message: '', failedAt: '', nextAt: '' };
  const videos = [
    VIDEO,
    { ...VIDEO, key: 'long\u001B[2J.mp4', failedAttempts: [failed, failed] },
    { ...VIDEO, key: 'b.mp4', failedAttempts: [failed] },
  ];
  expect(writeStatus({ ...QUIET, videos }, NOW).split('\n').slice(2, 6)).toEqual([
    'Videos: 3 in work.',
    '  a.mp4              transcoding, 1:30 since the upload',
    '  long\\u001b[2J.mp4  transcoding, 1:30 since the upload, after 2 failed attempts, the last with encoder_error',
    '  b.mp4              transcoding, 1:30 since the upload, after 1 failed attempt, the last with encoder_error',
  ]);
});

test('says why the catalog cannot be read, beside everything else', () => {
  const status = { ...QUIET, videos: undefined, catalogError: 'The database is resuming.' };
  expect(writeStatus(status, NOW).split('\n')[2]).toBe('Videos: the catalog cannot be read: The database is resuming.');
});

test('shows queues that hold messages, and which of them are dead letters', () => {
  const [uploads, dead] = QUIET.queues;
  const waiting = { ...uploads!, waiting: 3, inFlight: 1 };
  expect(writeStatus({ ...QUIET, queues: [waiting, dead!] }, NOW).split('\n').slice(4, 6)).toEqual([
    'Queues: 1 of 2 holds messages, none of them dead letters.',
    '  uploads  3 waiting, 1 in flight, 0 delayed',
  ]);
  expect(writeStatus({ ...QUIET, queues: [uploads!, { ...dead!, inFlight: 1 }] }, NOW).split('\n').slice(4, 6)).toEqual([
    'Queues: 1 of 2 holds messages.',
    '  dead  0 waiting, 1 in flight, 0 delayed (dead letters)',
  ]);
});

const RUN: NonNullable<Status['reconciliation']>['last'] = {
  runId: 'r',
  dryRun: false,
  startedAt: '2026-11-30T22:07:00.000Z',
  endedAt: '2026-11-30T22:08:00.000Z',
  examined: { videos: 1 },
  findings: {},
  unfinished: [],
};

/** Returns the lines about the reconciler. */
function reconcilerLines(reconciliation: Status['reconciliation']): readonly string[] {
  return writeStatus({ ...QUIET, reconciliation }, NOW).split('\n').slice(6);
}

test('shows the last report of the reconciler: when, whether it was a dry run, its findings by code, and what is unfinished', () => {
  expect(reconcilerLines({ last: RUN })).toEqual([
    'Reconciler: the last run ended 2:00 ago, at 2026-11-30T22:08:00.000Z: everything agreed.',
  ]);
  const findings = {
    output_unknown: { found: 2, mended: 0, failed: 0, examples: ['v/1/', 'v/2/'] },
    job_orphaned: { found: 1, mended: 0, failed: 1, examples: ['1700000000000-a'] },
  };
  const unfinished = [{ phase: 'source' as const, error: 'AccessDenied: no' }];
  expect(reconcilerLines({ last: { ...RUN, dryRun: true, findings, unfinished } })).toEqual([
    'Reconciler: the last run, a dry run, ended 2:00 ago, at 2026-11-30T22:08:00.000Z: 3 findings.',
    '  job_orphaned    1, 0 would be mended, 1 failed',
    '  output_unknown  2, named only',
    '  Not finished: source. AccessDenied: no',
    '  npm run -s reconcile -- --last prints examples and remedies.',
  ]);
  expect(reconcilerLines({ last: { ...RUN, unfinished } })[0]).toMatch(/: 0 findings\.$/);
});

test('shows a run of the reconciler that is in progress beside the last report', () => {
  const running = { ...RUN, startedAt: '2026-11-30T22:09:30.000Z', phase: 'output' as const };
  expect(reconcilerLines({ running })).toEqual(['Reconciler: a run is in progress for 0:30, at its part output.']);
  expect(reconcilerLines({ running, last: RUN })).toHaveLength(2);
});

test('says why the report of the reconciler cannot be read, beside everything else', () => {
  const status = { ...QUIET, reconciliation: undefined, reconciliationError: 'Invalid input' };
  expect(writeStatus(status, NOW).split('\n').at(-1)).toBe('Reconciler: its report cannot be read: Invalid input');
});
