import { findWarnings } from '../../../lambdas/transcode/find-warnings.ts';
import { SOURCE_FACTS } from '../../support/catalog/test-videos.ts';

test('warns about each sound track that has nothing to decode', () => {
  const sound = { codec: 'AAC', channels: 2 };
  const nothing = { codec: 'UNKNOWN', channels: 2 };
  expect(findWarnings({ ...SOURCE_FACTS, audio: [sound, nothing, sound, nothing] })).toEqual([
    { code: 'sound_track_skipped', track: 2 },
    { code: 'sound_track_skipped', track: 4 },
  ]);
  expect(findWarnings({ ...SOURCE_FACTS, audio: [sound] })).toEqual([]);
});

test('warns about each video track but the chosen one', () => {
  expect(findWarnings({ ...SOURCE_FACTS, audio: [], videoTrack: { number: 2, of: 3 } })).toEqual([
    { code: 'video_track_skipped', track: 1 },
    { code: 'video_track_skipped', track: 3 },
  ]);
});

test('warns about each subtitle track, by its number, and about captions in the picture', () => {
  expect(findWarnings({ ...SOURCE_FACTS, audio: [], subtitleTracks: 2, embeddedCaptions: true })).toEqual([
    { code: 'subtitles_skipped', track: 1 },
    { code: 'subtitles_skipped', track: 2 },
    { code: 'subtitles_skipped' },
  ]);
});

test('warns about a mirrored picture', () => {
  const video = { ...SOURCE_FACTS.video, mirrored: true };
  expect(findWarnings({ ...SOURCE_FACTS, audio: [], video })).toEqual([{ code: 'mirror_not_applied' }]);
});
