import { spacedIndexRequests } from '../../../lambdas/playlist/index-requests.ts';

let sent: string[];
let nowMs: number;
let fails: boolean;
let reported: unknown[];
beforeEach(() => {
  [sent, nowMs, fails, reported] = [[], 0, false, []];
});

function spaced() {
  const send = async (videoId: string, revision: number): Promise<void> => {
    if (fails) throw new Error('The queue does not respond.');
    sent.push(`${videoId}/${revision}`);
  };
  return spacedIndexRequests(send, (error) => void reported.push(error), () => nowMs);
}

test('passes on the first request for each index, and another one after ten seconds', async () => {
  const request = spaced();
  for (const [videoId, revision] of [['a', 1], ['a', 1], ['a', 2], ['b', 1], ['a', 1]] as const) await request(videoId, revision);
  expect(sent).toEqual(['a/1', 'a/2', 'b/1']);
  nowMs = 9_999;
  await request('a', 1);
  nowMs = 10_000;
  await request('a', 1);
  expect(sent.slice(3)).toEqual(['a/1']);
});

test('reports a request that failed, and passes on the next one', async () => {
  const request = spaced();
  fails = true;
  await request('a', 1);
  expect(reported).toEqual([new Error('The queue does not respond.')]);
  fails = false;
  await request('a', 1);
  expect(sent).toEqual(['a/1']);
});

test('forgets the oldest of very many requests', async () => {
  const request = spaced();
  for (let video = 0; video <= 1_000; video += 1) await request(`video-${video}`, 1);
  await request('video-0', 1);
  await request('video-1000', 1);
  expect(sent.slice(1_001)).toEqual(['video-0/1']);
});
