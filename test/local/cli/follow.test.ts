import type { UploadProgress } from '../../../catalog/revisions/list-progress.ts';
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
    ...fields,
  };
}

const READY = { status: 'ready', stepsDone: STEPS, endedAt: new Date(1500) } as const;

/** Follows a catalog that returns one of `results` at each read. */
async function follow(...results: UploadProgress[][]) {
  const lines: string[] = [];
  let reads = 0;
  const ended: string[] = [];
  const follower = new Follower({
    terminal: { line: (text) => void lines.push(text), progress: () => undefined },
    read: async () => results[reads++] ?? [],
    playbackUrl: async (videoId) => `http://edge/${videoId}`,
    onEnd: ({ key }) => void ended.push(key),
  });
  for (const _ of results) await follower.refresh();
  return { follower, lines, ended, reads: () => reads };
}

const ALL_LINES = [
  'a.mp4  uploaded as video v1',
  'a.mp4  transcoding',
  'a.mp4  processing',
  'a.mp4  permissions done',
  'a.mp4  thumbnails done',
  'a.mp4  metadata done',
  'a.mp4  ready after 1.5 s',
  '  http://edge/v1',
];

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
