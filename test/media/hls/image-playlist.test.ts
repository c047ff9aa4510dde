import { writeImagePlaylist } from '../../../media/hls/image-playlist.ts';

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
