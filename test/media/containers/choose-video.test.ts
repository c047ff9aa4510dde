import { chooseVideo, trackAt } from '../../../media/containers/choose-video.ts';

function video(codec: string, durationSeconds?: number) {
  return { codec, durationSeconds };
}

test.each([
  ['the only track', [video('MJPEG', 3)], 0],
  ['the first of two alike', [video('AVC', 10), video('AVC', 10)], 0],
  ['what follows a thumbnail', [video('MJPEG', 10), video('AVC', 10)], 1],
  ['what follows a still image', [video('AVC', 0.04), video('AVC', 10)], 1],
  ['what follows a preview', [video('AVC', 4), video('HEVC', 10)], 1],
  ['a slightly shorter first track', [video('AVC', 9), video('AVC', 10)], 0],
  ['what follows a codec that cannot be decoded', [video('UNKNOWN', 10), video('AVC', 10)], 1],
  ['a short track beside a long one that cannot be decoded', [video('UNKNOWN', 100), video('AVC', 1)], 1],
  ['the longer of two thumbnails', [video('MJPEG', 1), video('MJPEG', 10)], 1],
  ['the first track if no duration is known', [video('AVC'), video('AVC')], 0],
  ['a track of known duration rather than one of a single frame, which has none', [video('AVC'), video('AVC', 10)], 1],
  ['nothing that cannot be decoded', [video('UNKNOWN', 10)], undefined],
  ['nothing where there is none', [], undefined],
])('chooses %s', (_name, tracks, expected) => {
  expect(chooseVideo(tracks)).toBe(expected);
});

test('finds a track by its place, or takes the first one if the lists differ', () => {
  expect(trackAt(['a', 'b'], { position: 1, count: 2 })).toBe('b');
  expect(trackAt(['a', 'b'], { position: 2, count: 3 })).toBe('a');
  expect(trackAt([], { position: 0, count: 1 })).toBeUndefined();
});
