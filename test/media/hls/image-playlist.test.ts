import { readImagePlaylist, writeImagePlaylist } from '../../../media/hls/image-playlist.ts';

test('writes an image playlist', () => {
  expect(
    writeImagePlaylist({
      thumbnail: { width: 240, height: 136 },
      columns: 5,
      rows: 2,
      intervalSeconds: 1,
      images: [
        { uri: 'index_thumbnails_00001.jpg', size: 30_000, durationSeconds: 10 },
        { uri: 'index_thumbnails_00002.jpg', size: 9000, durationSeconds: 2.5 },
      ],
    }),
  ).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:10
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-IMAGES-ONLY
#EXTINF:10.0,
#EXT-X-TILES:RESOLUTION=240x136,LAYOUT=5x2,DURATION=1.0
index_thumbnails_00001.jpg
#EXTINF:2.5,
#EXT-X-TILES:RESOLUTION=240x136,LAYOUT=5x2,DURATION=1.0
index_thumbnails_00002.jpg
#EXT-X-ENDLIST
`);
});

test('reads its own playlist', () => {
  const storyboard = {
    thumbnail: { width: 240, height: 136 },
    columns: 5,
    rows: 2,
    intervalSeconds: 1.001,
    images: [
      { uri: 'a_00001.jpg', size: 30_000, durationSeconds: 10.01 },
      { uri: 'a_00002.jpg', size: 9000, durationSeconds: 2.5025 },
    ],
  };
  const images = storyboard.images.map(({ uri, durationSeconds }) => ({ uri, durationSeconds }));
  expect(readImagePlaylist(writeImagePlaylist(storyboard))).toEqual({ ...storyboard, images });
});

test('reads a playlist whose tags stand in another order, and whose last image states its own interval', () => {
  const tiles = '#EXT-X-TILES:LAYOUT=3x3,RESOLUTION=312x176,DURATION=';
  const text = `#EXTM3U\r\n#EXT-X-IMAGES-ONLY\r\n${tiles}6\r\n#EXTINF:54,\r\n1.jpg\r\n${tiles}2\r\n#EXTINF:2,\r\n2.jpg\r\n#EXT-X-ENDLIST`;
  expect(readImagePlaylist(text)).toMatchObject({
    thumbnail: { width: 312, height: 176 },
    intervalSeconds: 6,
    images: [{ uri: '1.jpg', durationSeconds: 54 }, { uri: '2.jpg', durationSeconds: 2 }],
  });
});

test.each(['', '#EXTM3U\n#EXTINF:6,\na.jpg\n', '#EXTM3U\n#EXT-X-TILES:LAYOUT=3x3,DURATION=6\n#EXTINF:6,\na.jpg\n'])(
  'reads no storyboard from %j',
  (text) => expect(readImagePlaylist(text)).toBeUndefined(),
);
