import type { Job } from '@aws-sdk/client-mediaconvert';
import { endedJobEvent } from '../../../lambdas/completion/ended-job-event.ts';

const JOB = {
  Id: 'job',
  Queue: 'queue',
  Role: 'role',
  Settings: {},
  UserMetadata: {
    deployment: 'SluicePipeline',
    videoId: '01890000-0000-7000-8000-000000000000',
    revisionId: '01890000-0000-7000-8000-000000000001',
    revision: '1',
    attemptId: 'a1b2c3d4',
  },
} satisfies Job;

test('the rebuilt event of a complete job has its warnings', () => {
  const job: Job = { ...JOB, Status: 'COMPLETE', Warnings: [{ Code: 230006, Count: 2 }] };
  expect(endedJobEvent(job)?.detail).toMatchObject({
    status: 'COMPLETE',
    warnings: [{ code: 230006, count: 2 }],
  });
});

test('the rebuilt event of a failed job has its error, and a running job gives none', () => {
  const failed: Job = { ...JOB, Status: 'ERROR', ErrorCode: 1060, ErrorMessage: 'No pictures decoded.' };
  expect(endedJobEvent(failed)?.detail).toMatchObject({ status: 'ERROR', errorCode: 1060 });
  expect(endedJobEvent({ ...JOB, Status: 'PROGRESSING' })).toBeUndefined();
});
