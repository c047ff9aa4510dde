import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { trackReasons } from '../../../../media/packaging/qualification/track-reasons.ts';
import { type Film, makeFilmIndex } from '../../../support/media/packaging/film-index.ts';

function codesOf(film: Film, change: (index: SourceIndex) => SourceIndex = (index) => index): string[] {
  const index = change(makeFilmIndex(film));
  const [video, ...sound] = index.tracks;
  return trackReasons(index, index.plan, { video, sound }).map(({ code }) => code);
}

/** Moves a track of an index by a time. */
function moved(index: SourceIndex, position: number, seconds: number): SourceIndex {
  const move = (track: SourceIndex['tracks'][number]) =>
    ({ ...track, startTime: track.startTime + seconds * track.timescale, endTime: track.endTime + seconds * track.timescale });
  return { ...index, tracks: index.tracks.map((track, at) => (at === position ? move(track) : track)) };
}

test.each([
  [[], 12],
  [[], 11.1],
  [['short_sound'], 10.9],
  [[], 12.9],
  [['long_sound'], 13.2],
] as const)('the reasons are %j if sound lasts for %s of 12 seconds', (codes, soundSeconds) => {
  expect(codesOf({ seconds: 12, gopFrames: 24, soundSeconds })).toEqual(codes);
});

test('sound that ends before the last segment is short, however short the segment', () => {
  const film = { seconds: 12, gopFrames: 12, segmentSeconds: 0.5 };
  expect(codesOf({ ...film, soundSeconds: 11.7 })).toEqual([]);
  expect(codesOf({ ...film, soundSeconds: 11.3 })).toEqual(['short_sound']);
});

test('picture and sound that start apart are named by the later one', () => {
  const film = { seconds: 12, gopFrames: 24 };
  expect(codesOf(film, (index) => moved(index, 1, 0.3))).toEqual([]);
  expect(codesOf(film, (index) => moved(index, 1, 0.4))).toEqual(['late_sound']);
  expect(codesOf(film, (index) => moved(index, 0, 0.3))).toEqual(['late_picture']);
});
