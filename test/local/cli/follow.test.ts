import type { UploadProgress } from '../../../catalog/revisions/list-progress.ts';
import { SOURCE_WARNINGS } from '../../../lambdas/contracts/source-warnings.ts';
import { Follower } from '../../../local/cli/follow.ts';

const STEPS = ['permissions', 'thumbnails', 'metadata'];

function upload(fields: Partial<UploadProgress>): UploadProgress {
  return {
    revisionId: 'r1',
    videoId: 'v1',
    key: 'a.mp4',
    versionId: '1',
    status: 'uploaded',
    code: null,
    message: null,
    createdAt: new Date(0),
    endedAt: null,
    stepsDone: [],
    failedAttempts: [],
    priceTier: null,
    estimatedPriceUsd: null,
    warnings: [],
    justInTime: null,
    ...fields,
  };
}

const READY = { status: 'ready', stepsDone: STEPS, endedAt: new Date(1500) } as const;

/** Follows a catalog that returns one of `results` at each read. */
async function follow(...results: (UploadProgress[] | Error)[]) {
  const lines: string[] = [];
  const failures: unknown[] = [];
  let reads = 0;
  const ended: string[] = [];
  const playable: string[] = [];
  const follower = new Follower({
    terminal: { line: (text) => void lines.push(text), progress: () => undefined },
    read: async () => {
      const result = results[reads++] ?? [];
      if (result instanceof Error) throw result;
      return result;
    },
    onPlayable: ({ key }) => void playable.push(key),
    onEnd: ({ key }) => void ended.push(key),
    onError: (error) => void failures.push(error),
  });
  for (const _ of results) await follower.refresh();
  return { follower, lines, ended, playable, failures, reads: () => reads };
}

const ALL_LINES = [
  'a.mp4  uploaded as video v1',
  'a.mp4  transcoding',
  'a.mp4  processing',
  'a.mp4  permissions done',
  'a.mp4  thumbnails done',
  'a.mp4  metadata done',
  'a.mp4  ready after 1.5 s',
];

test('prints the price of an encode where it begins', async () => {
  const priced = { status: 'transcoding', priceTier: 'professional', estimatedPriceUsd: '0.007500' } as const;
  expect((await follow([upload(priced)])).lines).toEqual([
    'a.mp4  uploaded as video v1',
    'a.mp4  transcoding, on AWS for 0.0075 USD (professional tier)',
  ]);
  const dear = { ...priced, priceTier: 'basic', estimatedPriceUsd: '12.345600' } as const;
  expect((await follow([upload({})], [upload(dear)])).lines).toContain('a.mp4  transcoding, on AWS for 12.35 USD (basic tier)');
});

test.each([
  ['everywhere', [], 'playable as uploaded after 0.8 s', ['a.mp4']],
  ['page', [{ code: 'rotated', message: 'The picture is rotated.' }], 'playable as uploaded after 0.8 s, only on its page until it is encoded: The picture is rotated.', ['a.mp4']],
  ['none', [{ code: 'interlaced', message: 'The picture is interlaced.' }], 'plays once it is encoded: The picture is interlaced.', []],
] as const)('says once whether the source plays before its encode: %s', async (level, reasons, line, playable) => {
  const justInTime = { level, reasons, recordedAt: new Date(800).toISOString() };
  const followed = await follow([upload({})], [upload({ justInTime })], [upload({ justInTime, status: 'transcoding' })]);
  expect(followed.lines).toEqual(['a.mp4  uploaded as video v1', `a.mp4  ${line}`, 'a.mp4  transcoding']);
  expect(followed.playable).toEqual(playable);
});

test('prints failed attempts once, and the statuses of the next one', async () => {
  const failure = { attemptId: 'a', code: 'encoder_error', message: 'The encoder stopped.', failedAt: '2026-01-01T00:00:00Z', nextAt: '2026-01-01T00:01:00Z' };
  const { lines } = await follow(
    [upload({ status: 'transcoding' })],
    [upload({ failedAttempts: [failure] })],
    [upload({ status: 'transcoding', failedAttempts: [failure] })],
  );
  expect(lines).toEqual([
    'a.mp4  uploaded as video v1',
    'a.mp4  transcoding',
    'a.mp4  attempt 1 failed, next one in 60 s: The encoder stopped.',
    'a.mp4  transcoding',
  ]);
});

test('prints each warning once, even if a retry repeats it', async () => {
  const warnings = [{ code: 'sound_track_skipped', track: 2 }];
  const later = [...warnings, { code: 'sound_damaged', startMs: 35_900, durationMs: 12_000 }];
  const failure = { attemptId: 'a', code: 'encoder_error', message: 'No.', failedAt: '2026-01-01T00:00:00Z', nextAt: '2026-01-01T00:01:00Z' };
  const { lines } = await follow(
    [upload({ warnings })],
    [upload({ failedAttempts: [failure] })],
    [upload({ status: 'transcoding', failedAttempts: [failure], warnings })],
    [upload({ status: 'processing', failedAttempts: [failure], warnings: later })],
  );
  expect(lines).toEqual([
    'a.mp4  uploaded as video v1',
    `a.mp4  warning: sound_track_skipped, track 2: ${SOURCE_WARNINGS.sound_track_skipped.en.what}`,
    'a.mp4  attempt 1 failed, next one in 60 s: No.',
    'a.mp4  transcoding',
    'a.mp4  processing',
    `a.mp4  warning: sound_damaged, from 0:35 for 12 s: ${SOURCE_WARNINGS.sound_damaged.en.what}`,
  ]);
});

test('prints one line per status and step in order, including statuses that passed between two reads', async () => {
  const seen = await follow(
    [upload({})],
    [upload({ status: 'transcoding' })],
    [upload({ status: 'processing', stepsDone: ['permissions'] })],
    [upload(READY)],
    [upload(READY)],
  );
  expect(seen.lines).toEqual(ALL_LINES);
  expect(seen.ended).toEqual(['a.mp4']);
  expect((await follow([upload(READY)])).lines).toEqual(ALL_LINES);
});

test('prints the code and reason of a rejected upload, without encoding statuses', async () => {
  const rejected = { status: 'rejected', code: 'not_a_video', message: 'No video', endedAt: new Date(1) } as const;
  const { lines } = await follow([upload({})], [upload(rejected)]);
  expect(lines).toEqual(['a.mp4  uploaded as video v1', 'a.mp4  rejected: not_a_video: No video']);
});

test('starts over when a failed upload is retried', async () => {
  const { lines } = await follow([upload({ status: 'failed', code: 'x' })], [upload({})]);
  expect(lines).toEqual(['a.mp4  failed: x', 'a.mp4  uploaded']);
});

test('combines simultaneous refreshes into at most two reads', async () => {
  const { follower, reads } = await follow();
  await Promise.all(Array.from({ length: 50 }, () => follower.refresh()));
  expect(reads()).toBeLessThanOrEqual(2);
});

test('reports a failed read once, to however many callers, until a read succeeds', async () => {
  const { follower, failures } = await follow([]);
  const failing = await follow(new Error('a'), new Error('b'), [upload({})], new Error('c'));
  expect(failing.failures).toEqual([new Error('a'), new Error('c')]);
  await Promise.all([follower.refresh(), follower.refresh(), follower.refresh()]);
  expect(failures).toEqual([]);
});

test('repeats a failed read by itself', async () => {
  const { lines, reads } = await follow(new Error('a'));
  while (reads() < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lines).toEqual([]);
});

test('prints and reports nothing once it is closed, not even a read that was under way', async () => {
  const { follower, lines, failures } = await follow();
  const read = follower.refresh();
  follower.close();
  await read;
  await follower.refresh();
  expect([lines, failures]).toEqual([[], []]);
});

test('forgets uploads that have ended once they are no longer read', async () => {
  const { follower, lines } = await follow([upload(READY)], [upload(READY)], []);
  expect(lines.filter((line) => line.includes('ready'))).toHaveLength(1);
  expect(follower.listUnfinished()).toEqual([]);
  // Only a forgotten upload is printed from its beginning.
  expect((await follow([upload(READY)], [], [upload(READY)])).lines).toEqual([...ALL_LINES, ...ALL_LINES]);
});

test('lists the uploads that the chain works on, with the progress of their encode', async () => {
  const { follower } = await follow([
    upload({ status: 'transcoding' }),
    upload({ revisionId: 'r2', key: 'b.mp4', status: 'processing' }),
    upload({ revisionId: 'r3', key: 'c.mp4', status: 'uploading' }),
    upload({ revisionId: 'r4', key: 'd.mp4', ...READY }),
  ]);
  follower.reportEncodeProgress('r1', 43.7);
  expect(follower.listUnfinished()).toEqual([
    { key: 'a.mp4', state: 'encoding 43%' },
    { key: 'b.mp4', state: 'processing' },
  ]);
});

test('writes no control characters of an object key', async () => {
  const { lines } = await follow([upload({ key: 'a\u001B[2J\n.mp4' })]);
  expect(lines).toEqual(['a\\u001b[2J\\u000a.mp4  uploaded as video v1']);
});
