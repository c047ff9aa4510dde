import { randomUUID } from 'node:crypto';
import { makeClip } from '../../support/clips.ts';
import { makeIndex, PlaylistService } from '../../support/playlist-service.ts';

const ENCODE = { kind: 'encode', revision: 1, attemptId: 'attempt00' } as const;

let service: PlaylistService;
let film: string;
let encoded: string;
let unindexed: string;
beforeAll(async () => {
  const clip = makeClip('-t', '2', '-g', '5', '-bf', '0');
  [service, film, encoded, unindexed] = [await PlaylistService.start(), randomUUID(), randomUUID(), randomUUID()];
  await service.point(film, { target: { kind: 'source', revision: 1 } });
  for (const videoId of [encoded, unindexed]) await service.point(videoId, { target: ENCODE });
  for (const videoId of [film, encoded]) await service.putIndex(videoId, 1, await makeIndex(await clip, 0.2));
  await service.putEncode(encoded, 1, { 'index.m3u8': '#EXTM3U\nindex_180p.m3u8\n' });
});
afterAll(() => service.storage.close());

/** Numbers of the segments that a media playlist lists, by piece. */
function pieces(text: string): number[][] {
  const numbersOf = (piece: string): number[] => [...piece.matchAll(/^fmp4-1_(\d+)\.m4s/gm)].map(([, number]) => Number(number));
  return text.split('#EXT-X-DISCONTINUITY\n').map(numbersOf);
}

test.each([
  ['', [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]],
  ['start=0.5&end=0.95', [[2, 3, 4]]],
  ['start=1.7', [[8, 9]]],
  ['end=0.3', [[0, 1]]],
  ['trimming=0.3-0.4,1.1-1.4', [[1], [5, 6]]],
  ['start=1.7&quality=high&Start=0', [[8, 9]]],
])('lists the segments of the clip "%s"', async (query, expected) => {
  const { status, text } = await service.fetch(`/v/${film}/1/mp4hls/fmp4-1.m3u8`, query);
  expect([status, pieces(text)]).toEqual([200, expected]);
});

test.each([
  ['a source', () => film],
  ['an encode', () => encoded],
])('plays a clip at the permanent address of %s from its index', async (_, videoId) => {
  const address = new URL(`https://edge.example/v/${videoId()}/index.m3u8`);
  const { status, text } = await service.fetch(address.pathname, 'start=0.5&end=0.95');
  expect(status).toBe(200);
  const media = new URL(/^[^#].*\.m3u8.*$/m.exec(text)?.[0] ?? '', address);
  expect(media.pathname).toBe(`/v/${videoId()}/1/mp4hls/fmp4-1.m3u8`);
  expect(media.search).toMatch(/^\?start=0\.5&end=0\.95&Policy=.*&t=/);
  const [clip] = media.search.slice(1).split('&Policy');
  expect(pieces((await service.fetch(media.pathname, clip)).text)).toEqual([[2, 3, 4]]);
  const manifest = await service.fetch(address.pathname.replace('m3u8', 'mpd'), 'start=0.5&end=0.95');
  expect(manifest.text).toContain('mediaPresentationDuration="PT0.6S"');
  expect(manifest.text).toContain(`<BaseURL>/v/${videoId()}/1/mp4hls/</BaseURL>`);
});

test('plays the whole of an encode without its index, and no part of it', async () => {
  await service.putEncode(unindexed, 1, { 'index.m3u8': '#EXTM3U\nindex_180p.m3u8\n' });
  const path = `/v/${unindexed}/index.m3u8`;
  expect((await service.fetch(path)).status).toBe(200);
  expect(await service.fetch(path, 'start=1')).toEqual({ status: 404, text: 'No part of this video can be played by itself.\n' });
  expect(service.requested).toEqual([]);
});

test.each([
  ['start=1&start=2', 'start is given 2 times.'],
  ['start=', "'' in start is not a time in seconds, such as 90 or 12.5."],
  ['end=1e3', "'1e3' in end is not a time in seconds, such as 90 or 12.5."],
  ['start=2&end=1', 'A piece of start and end ends at 1 s and starts at 2 s: it must end later.'],
  ['start=1&trimming=1-2', 'trimming cannot be combined with start or end.'],
  ['trimming=1-2-3', "'1-2-3' in trimming is not two times in seconds, such as 10-70."],
  ['start=5', 'A piece starts at 5 s; the film ends at 2.022 s.'],
  ['start=%3Cscript%3E', "'<script>' in start is not a time in seconds, such as 90 or 12.5."],
])('explains why the clip "%s" is not valid', async (query, message) => {
  for (const path of [`/v/${film}/index.m3u8`, `/v/${film}/index.mpd`, `/v/${film}/1/mp4hls/fmp4-1.m3u8`]) {
    const { status, headers, body } = await service.serve(path, query);
    expect([status, body.toString(), headers['content-type']]).toEqual([400, `${message}\n`, 'text/plain; charset=utf-8']);
  }
});

test('says where a clip of an encode is played instead of playing all of it', async () => {
  expect(await service.fetch(`/v/${encoded}/1/attempt00/index.m3u8`, 'start=1')).toEqual({
    status: 400,
    text: `A part of a video is played at /v/${encoded}/index.m3u8 or index.mpd.\n`,
  });
});

test.each(['fmp4-3.m3u8', 'fmp4-9.m3u8'])('has no playlist %s of a track that is not there', async (name) => {
  expect(await service.fetch(`/v/${film}/1/mp4hls/${name}`)).toEqual({ status: 404, text: `The video has no ${name}.\n` });
});

const OTHERS = ['ts-1.m3u8', 'fmp4-1-2.m3u8', 'fmp4-0.m3u8', 'index.ts.m3u8', 'pointer.m3u8', 'fmp4-1.mpd', 'index.vtt', 'a/index.m3u8'];

test.each(OTHERS)(
  'refuses %s beside the playlists of a source',
  async (name) => {
    expect((await service.fetch(`/v/${film}/1/mp4hls/${name}`)).status).toBe(403);
  },
);

test.each(['other.m3u8', 'index.vtt', 'storyboard.vtt', '1/index.m3u8', 'mp4hls/index.m3u8', '01/mp4hls/index.m3u8'])(
  'refuses %s beside the permanent address',
  async (name) => {
    expect((await service.fetch(`/v/${film}/${name}`)).status).toBe(403);
  },
);

test('refuses a playlist of a revision without an index', async () => {
  expect((await service.fetch(`/v/${film}/2/mp4hls/index.m3u8`)).status).toBe(403);
});

test('lists only the sound that browsers play, and no playlist of other sound', async () => {
  const videoId = randomUUID();
  const maps = ['0:v', '1:a', '1:a'].flatMap((stream) => ['-map', stream]);
  const file = await makeClip(...maps, '-c:a:0', 'aac', '-c:a:1', 'ac3', '-t', '2', '-g', '25');
  await service.putIndex(videoId, 1, await makeIndex(file));
  const { text } = await service.fetch(`/v/${videoId}/1/mp4hls/index.m3u8`);
  expect(text).toContain('fmp4-2.m3u8');
  expect(text).not.toContain('fmp4-3.m3u8');
  expect((await service.fetch(`/v/${videoId}/1/mp4hls/fmp4-3.m3u8`)).status).toBe(404);
});

test('gives no playlist of a file that does not qualify', async () => {
  const videoId = randomUUID();
  const maps = ['0:v', '0:v', '1:a'].flatMap((stream) => ['-map', stream]);
  await service.putIndex(videoId, 1, await makeIndex(await makeClip(...maps, '-t', '1', '-disposition:v', 'default')));
  for (const name of ['index.m3u8', 'index.mpd', 'fmp4-1.m3u8']) {
    const { status, text } = await service.fetch(`/v/${videoId}/1/mp4hls/${name}`);
    expect([status, text]).toEqual([404, 'The file of this video cannot be played just in time.\n']);
  }
});
