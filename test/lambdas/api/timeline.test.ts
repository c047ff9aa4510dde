import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { type TimelineSource, timelineOf } from '../../../lambdas/api/timeline.ts';

function at(minute: number): Date {
  return new Date(Date.UTC(2026, 0, 1, 12, minute));
}

const upload = { createdAt: at(0), completedAt: at(1) };

function revision(
  changes: Partial<NonNullable<TimelineSource['revision']>> = {},
): NonNullable<TimelineSource['revision']> {
  return {
    status: 'uploaded',
    code: null,
    createdAt: at(2),
    submittedAt: null,
    endedAt: null,
    percent: null,
    failedAttempts: [],
    justInTime: null,
    ...changes,
  };
}

function step(name: string, status: 'running' | 'done' | 'failed', from = 10, to: number | null = 11) {
  return {
    step: name,
    status,
    startedAt: at(from),
    endedAt: status === 'running' || to === null ? null : at(to),
  };
}

/** Steps that these tests do not name. */
const otherSteps = STEPS.filter((name) => !['permissions', 'thumbnails', 'metadata'].includes(name));
const othersDone = otherSteps.map((name) => step(name, 'done'));

const submitted = { submittedAt: at(3) };

/** Returns the states of all stages: `done done running …`. */
function states(source: TimelineSource): string {
  return timelineOf(source)
    .filter(({ step: name }) => !otherSteps.some((other) => other === name))
    .map(({ state }) => state)
    .join(' ');
}

test.each<[string, TimelineSource, string]>([
  [
    'the bytes are being sent',
    { upload: { createdAt: at(0), completedAt: null }, revision: null, steps: [] },
    'running waiting waiting waiting waiting waiting waiting',
  ],
  [
    'the bytes have arrived',
    { upload, revision: null, steps: [] },
    'done waiting waiting waiting waiting waiting waiting',
  ],
  [
    'a failed attempt is followed by another',
    { upload, revision: revision({ failedAttempts: [{}] }), steps: [] },
    'done done waiting waiting waiting waiting waiting',
  ],
  [
    'the object is registered',
    { upload: null, revision: revision(), steps: [] },
    'done running waiting waiting waiting waiting waiting',
  ],
  [
    'the job is running',
    { upload, revision: revision({ ...submitted, status: 'transcoding' }), steps: [] },
    'done done running waiting waiting waiting waiting',
  ],
  [
    'the job is complete',
    {
      upload,
      revision: revision({ ...submitted, status: 'processing' }),
      steps: [step('permissions', 'done'), step('metadata', 'running')],
    },
    'done done done done waiting running waiting',
  ],
  [
    'all steps are done',
    {
      upload,
      revision: revision({ ...submitted, status: 'processing' }),
      steps: [step('permissions', 'done'), step('metadata', 'done'), step('thumbnails', 'done'), ...othersDone],
    },
    'done done done done done done running',
  ],
  [
    'it is ready',
    {
      upload,
      revision: revision({ ...submitted, status: 'ready', endedAt: at(12) }),
      steps: [step('permissions', 'done'), step('metadata', 'done'), step('thumbnails', 'done'), ...othersDone],
    },
    'done done done done done done done',
  ],
  [
    'the file is rejected',
    { upload, revision: revision({ status: 'rejected', code: 'not_a_video', endedAt: at(4) }), steps: [] },
    'done failed skipped skipped skipped skipped skipped',
  ],
  [
    'the job ends in an error',
    {
      upload,
      revision: revision({ ...submitted, status: 'failed', code: 'encoder_error', endedAt: at(5) }),
      steps: [],
    },
    'done done failed skipped skipped skipped skipped',
  ],
  [
    'a step is dead-lettered while others are done or running',
    {
      upload,
      revision: revision({ ...submitted, status: 'failed', code: 'thumbnails_failed', endedAt: at(15) }),
      steps: [step('permissions', 'done'), step('metadata', 'running'), step('thumbnails', 'failed')],
    },
    'done done done done failed skipped skipped',
  ],
  [
    'it is retried after an encoder error',
    { upload, revision: revision({ ...submitted, status: 'uploaded' }), steps: [] },
    'done running waiting waiting waiting waiting waiting',
  ],
])('when %s', (_when, source, expected) => {
  expect(states(source)).toBe(expected);
});

test('reports when each stage began and ended, and the progress of the encode', () => {
  const encoding = timelineOf({
    upload,
    revision: revision({ ...submitted, status: 'transcoding', percent: 40 }),
    steps: [],
  });
  expect(encoding.slice(0, 3)).toEqual([
    { step: 'upload', state: 'done', startedAt: at(0).toISOString(), endedAt: at(1).toISOString(), percent: null },
    { step: 'inspect', state: 'done', startedAt: at(2).toISOString(), endedAt: at(3).toISOString(), percent: null },
    { step: 'encode', state: 'running', startedAt: at(3).toISOString(), endedAt: null, percent: 40 },
  ]);
  const ready = timelineOf({
    upload,
    revision: revision({ ...submitted, status: 'ready', endedAt: at(30) }),
    steps: [
      step('permissions', 'done', 11, 12),
      step('metadata', 'done', 10, 20),
      step('thumbnails', 'done', 12, 19),
      ...othersDone,
    ],
  });
  expect(ready[2]).toMatchObject({ startedAt: at(3).toISOString(), endedAt: at(10).toISOString() });
  expect(ready.at(-1)).toMatchObject({
    step: 'publish',
    startedAt: at(20).toISOString(),
    endedAt: at(30).toISOString(),
  });
});

test('shows since when the source plays, unless it waits for its encode or was rejected', () => {
  const justInTime = { level: 'everywhere', reasons: [], recordedAt: at(2).toISOString() } as const;
  const playable = { step: 'playable', state: 'done', startedAt: null, endedAt: at(2).toISOString(), percent: null };
  const entriesOf = (changes: Partial<NonNullable<TimelineSource['revision']>>) =>
    timelineOf({ upload, steps: [], revision: revision({ ...submitted, status: 'transcoding', justInTime, ...changes }) });
  expect(entriesOf({})[2]).toEqual(playable);
  expect(entriesOf({ status: 'failed', code: 'encoder_error', endedAt: at(5) }).map(({ step: name, state }) => `${name} ${state}`).slice(0, 4)).toEqual([
    'upload done', 'inspect done', 'playable done', 'encode failed',
  ]);
  for (const changes of [{ justInTime: { ...justInTime, level: 'none' } as const }, { status: 'rejected', code: 'damaged_file' }])
    expect(entriesOf(changes).filter(({ step: name }) => name === 'playable')).toEqual([]);
});
