import { formatTimestamp, rewriteStoryboard, writeStoryboard } from '../../../media/webvtt/storyboard.ts';
import { SIGNATURE, signer } from '../../support/media/playlist-signer.ts';

const layout = { intervalSeconds: 2, thumbnail: { width: 240, height: 136 }, columns: 2, rows: 2 };

function image(uri: string, durationSeconds: number) {
  return { uri, durationSeconds };
}

/** Writes a storyboard with an image of two columns and two rows, and returns the start of each cue in seconds. */
function startsOf(intervalSeconds: number, coveredSeconds: number, durationSeconds: number): number[] {
  const storyboard = { ...layout, intervalSeconds, images: [image('only.jpg', coveredSeconds)] };
  const cues = writeStoryboard(storyboard, durationSeconds).matchAll(/^00:00:([\d.]+) -->/gm);
  return [...cues].map(([, seconds]) => Number(seconds));
}

test('writes a cue for each thumbnail with its image, position and time', () => {
  const images = [image('tiles_00001.jpg', 8), image('tiles_00002.jpg', 1.48)];
  expect(writeStoryboard({ ...layout, images }, 9.48)).toBe(
    [
      'WEBVTT',
      '',
      '00:00:00.000 --> 00:00:02.000',
      'tiles_00001.jpg#xywh=0,0,240,136',
      '',
      '00:00:02.000 --> 00:00:04.000',
      'tiles_00001.jpg#xywh=240,0,240,136',
      '',
      '00:00:04.000 --> 00:00:06.000',
      'tiles_00001.jpg#xywh=0,136,240,136',
      '',
      '00:00:06.000 --> 00:00:08.000',
      'tiles_00001.jpg#xywh=240,136,240,136',
      '',
      '00:00:08.000 --> 00:00:09.480',
      'tiles_00002.jpg#xywh=0,0,240,136',
      '',
    ].join('\n'),
  );
});

test('extends the last thumbnail to the end if images are missing', () => {
  expect(writeStoryboard({ ...layout, images: [image('only.jpg', 8)] }, 100)).toMatch(
    /00:00:06\.000 --> 00:01:40\.000\nonly\.jpg#xywh=240,136,240,136\n$/,
  );
});

test('writes one cue for a video shorter than an interval', () => {
  expect(writeStoryboard({ ...layout, images: [image('only.jpg', 0.04)] }, 0.04)).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:00.040\nonly.jpg#xywh=0,0,240,136\n',
  );
});

test('leaves out empty cells of the last image, and cells beyond the end of the video', () => {
  // 72 frames at 23.976 per second: three cells of 24 frames, although 3.003 s are more than three whole seconds.
  expect(startsOf(1.001, 3.003, 3.003)).toEqual([0, 1.001, 2.002]);
  // Playlists may round the time that an image covers, or state that of a full one.
  expect(startsOf(1.001, 3.0031, 3.003)).toEqual([0, 1.001, 2.002]);
  expect(startsOf(1.001, 4.004, 3.003)).toEqual([0, 1.001, 2.002]);
  expect(startsOf(1.001, 3.0447, 3.0447)).toEqual([0, 1.001, 2.002, 3.003]);
  expect(startsOf(1.001, 2, 3.003)).toEqual([0, 1.001]);
});

test('formats times beyond an hour', () => {
  expect(formatTimestamp(3 * 3600 + 25 * 60 + 45.6789)).toBe('03:25:45.679');
  expect(formatTimestamp(59.9996)).toBe('00:01:00.000');
});

test('signs the image of every cue before its fragment, and keeps timings and notes', () => {
  const vtt = [
    'WEBVTT',
    '',
    'NOTE tile.jpg is not a cue',
    '',
    '00:00:00.000 --> 00:00:05.000',
    'index_tiles.jpg#xywh=0,0,160,90',
    '',
    'second',
    '00:00:05.000 --> 00:00:10.000',
    'https://elsewhere.example/tile.jpg#xywh=160,0,160,90',
    '',
  ];
  expect(rewriteStoryboard(vtt.join('\n'), signer).split('\n')).toEqual(
    vtt.with(5, `index_tiles.jpg?${SIGNATURE}#xywh=0,0,160,90`),
  );
});

test('rejects text that is not WebVTT', () => {
  expect(() => rewriteStoryboard('00:00.000 --> 00:01.000\na.jpg', signer)).toThrow('WEBVTT');
});
