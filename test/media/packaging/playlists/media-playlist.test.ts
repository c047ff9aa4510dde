import { readFile } from 'node:fs/promises';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { writeStreamPlaylist } from '../../../../media/packaging/playlists/media-playlist.ts';
import type { StreamName } from '../../../../media/packaging/playlists/stream-address.ts';
import { planSegments } from '../../../../media/packaging/segments/plan-segments.ts';
import { footagePath } from '../../../support/footage.ts';
import { makeFilmIndex } from '../../../support/media/packaging/film-index.ts';
import { indexFile } from '../../../support/media/packaging/package-file.ts';

let footage: SourceIndex;

beforeAll(async () => {
  footage = await indexFile(await readFile(footagePath), 6);
});

const [VIDEO, SOUND, MUXED] = [
  { container: 'fmp4', tracks: [0] }, { container: 'fmp4', tracks: [1] }, { container: 'ts', tracks: [0, 1] },
] as const;

test('fragments have an init segment, and durations to the microsecond', () => {
  expect(writeStreamPlaylist(footage, VIDEO)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:11
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="fmp4-1_init.mp4"
#EXTINF:10.416667,
fmp4-1_0.m4s
#EXTINF:5.333333,
fmp4-1_1.m4s
#EXTINF:7.291667,
fmp4-1_2.m4s
#EXTINF:6.958333,
fmp4-1_3.m4s
#EXT-X-ENDLIST
`);
});

test('sound has its own durations under the same target duration', () => {
  const lines = writeStreamPlaylist(footage, SOUND).split('\n');
  expect(lines[2]).toBe('#EXT-X-TARGETDURATION:11');
  expect(lines.filter((line) => line.startsWith('#EXTINF'))).toEqual(['#EXTINF:10.453333,', '#EXTINF:5.333334,', '#EXTINF:7.296,', '#EXTINF:6.938666,']);
});

test('a transport stream of version 3 has durations to the millisecond', () => {
  expect(writeStreamPlaylist(footage, MUXED)).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:11
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXTINF:10.417,
ts-1-2_0.ts
#EXTINF:5.333,
ts-1-2_1.ts
#EXTINF:7.292,
ts-1-2_2.ts
#EXTINF:6.958,
ts-1-2_3.ts
#EXT-X-ENDLIST
`);
});

test('a clip in version 1 has whole seconds, ordinary segments and a break between its pieces', () => {
  const clip = [{ startSeconds: 11, endSeconds: 12 }, { startSeconds: 24, endSeconds: Infinity }, { startSeconds: 0, endSeconds: 5 }];
  expect(writeStreamPlaylist(footage, MUXED, { tsVersion: 1, firstNumber: 1, clip })).toBe(`#EXTM3U
#EXT-X-TARGETDURATION:11
#EXT-X-MEDIA-SEQUENCE:2
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXTINF:5,
ts-1-2_2.ts
#EXT-X-DISCONTINUITY
#EXTINF:7,
ts-1-2_4.ts
#EXT-X-DISCONTINUITY
#EXTINF:11,
ts-1-2_1.ts
#EXT-X-ENDLIST
`);
});

test.each<[string, StreamName]>([
  ['of a track that does not exist', { container: 'fmp4', tracks: [2] }],
  ['of several tracks in fragments', { container: 'fmp4', tracks: [0, 1] }],
  ['whose first track is not the video', { container: 'ts', tracks: [1, 0] }],
  ['of one track twice', { container: 'ts', tracks: [0, 0] }],
  ['without tracks', { container: 'ts', tracks: [] }],
])('refuses a stream %s', (_name, name) => {
  expect(() => writeStreamPlaylist(footage, name)).toThrow(expect.objectContaining({ code: 'no_tracks' }));
});

test('sound that ends early has no segments after its end, and rounded durations do not drift', () => {
  const film = makeFilmIndex({ seconds: 60, soundSeconds: 15, gopFrames: 58 });
  const [video, sound] = [VIDEO, SOUND].map((name) => writeStreamPlaylist(film, name));
  expect(sound?.match(/m4s/g)).toHaveLength(4);
  const durations = [...(video ?? '').matchAll(/EXTINF:([\d.]+)/g)].map(([, text]) => Number(text));
  expect(durations.length).toBeGreaterThan(7);
  expect(durations.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(60, 6);
});

test('another plan than that of the index has its own segments', () => {
  const film = makeFilmIndex({ seconds: 24, gopFrames: 24 });
  const plan = planSegments(film, 2);
  const text = writeStreamPlaylist(film, VIDEO, { plan });
  expect(text.match(/#EXTINF:2\.0,/g)).toHaveLength(12);
  expect(text).toContain('#EXT-X-TARGETDURATION:3\n');
  expect(writeStreamPlaylist(film, VIDEO)).toContain('#EXTINF:6.0,');
});

test('the playlist of a long film reads nothing of its samples', () => {
  const film = makeFilmIndex({ seconds: 600, gopFrames: 48 });
  const text = writeStreamPlaylist(film, SOUND);
  film.bytes.fill(0xff, film.tracks[0]?.directoryOffset);
  expect(writeStreamPlaylist(film, SOUND)).toBe(text);
  expect(text.match(/m4s/g)).toHaveLength(100);
});
