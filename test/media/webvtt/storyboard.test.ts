import { formatTimestamp, rewriteStoryboard, writeStoryboard } from '../../../media/webvtt/storyboard.ts';
import { SIGNATURE, signer } from '../../support/media/playlist-signer.ts';

const geometry = { intervalSeconds: 2, thumbnail: { width: 240, height: 136 }, columns: 2, rows: 2 };

test('writes a cue for each thumbnail with its image, position and time', () => {
  expect(writeStoryboard(['tiles_00001.jpg', 'tiles_00002.jpg'], geometry, 9.48)).toBe(
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
  expect(writeStoryboard(['only.jpg'], geometry, 100)).toMatch(
    /00:00:06\.000 --> 00:01:40\.000\nonly\.jpg#xywh=240,136,240,136\n$/,
  );
});

test('writes one cue for a video shorter than an interval', () => {
  expect(writeStoryboard(['only.jpg'], geometry, 0.04)).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:00.040\nonly.jpg#xywh=0,0,240,136\n',
  );
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
