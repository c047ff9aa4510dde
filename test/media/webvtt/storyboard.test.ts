import { timestamp, writeStoryboard } from '../../../media/webvtt/storyboard.ts';

const geometry = { intervalSeconds: 2, thumbnail: { width: 240, height: 136 }, columns: 2, rows: 2 };

test('each thumbnail is named by its image, its place in it and the time that it stands for', () => {
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

test('where images are missing, the last thumbnail there is lasts to the end', () => {
  expect(writeStoryboard(['only.jpg'], geometry, 100)).toMatch(/00:00:06\.000 --> 00:01:40\.000\nonly\.jpg#xywh=240,136,240,136\n$/);
});

test('a video shorter than a thumbnail has one', () => {
  expect(writeStoryboard(['only.jpg'], geometry, 0.04)).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:00.040\nonly.jpg#xywh=0,0,240,136\n');
});

test('times go on beyond an hour', () => {
  expect(timestamp(3 * 3600 + 25 * 60 + 45.6789)).toBe('03:25:45.679');
  expect(timestamp(59.9996)).toBe('00:01:00.000');
});
