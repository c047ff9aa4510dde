import { jobStateChangeSchema } from '../../../lambdas/contracts/job-state-change.ts';
import { warningsOfJob } from '../../../lambdas/contracts/job-warnings.ts';
import { jobStateChange } from '../../support/events.ts';

test.each([
  [220000, 'source_cut_off'],
  [230006, 'sound_damaged'],
  [230008, 'picture_damaged'],
  [240000, 'silence_added'],
  [240001, 'sound_cut'],
])('the warning %i of a job becomes %s, however often it occurred', (code, expected) => {
  expect(warningsOfJob([{ code, count: 3 }, { code: 270000, count: 1 }, { code, count: 1 }])).toEqual([
    { code: expected },
  ]);
});

test.each([
  100000, 230001, 230002, 230004, 230005, 230007, 240003, 250000, 250001, 250002, 250003, 260000, 270000, 999999,
])('the warning %i of a job, after which viewers miss nothing, is not shown to users', (code) => {
  expect(warningsOfJob([{ code, count: 1 }])).toEqual([]);
});

test('a warning of a job repeats none that the chain found with its time', () => {
  const warnings = [{ code: 220000, count: 1 }, { code: 230008, count: 1 }];
  const known = [{ code: 'source_cut_off', startMs: 0 }, { code: 'picture_damaged' }];
  expect(warningsOfJob(warnings, known)).toEqual([{ code: 'picture_damaged' }]);
});

test('the event of a job may have no warnings, or codes with leading zeros', () => {
  const job = {
    jobId: 'j',
    userMetadata: {
      deployment: 'SluicePipeline',
      videoId: '01890000-0000-7000-8000-000000000000',
      revisionId: '01890000-0000-7000-8000-000000000001',
      revision: '1',
      attemptId: 'a1b2c3d4',
    },
  };
  expect(warningsOfJob(jobStateChangeSchema.parse(jobStateChange(job, 'COMPLETE')).detail.warnings)).toEqual([]);
  const event = jobStateChange(job, 'COMPLETE', { warnings: [{ code: 240000, count: 2 }] });
  const asText = JSON.parse(JSON.stringify(event).replace('240000', '"240000"'));
  expect(jobStateChangeSchema.parse(asText).detail.warnings).toEqual([{ code: 240000, count: 2 }]);
});
