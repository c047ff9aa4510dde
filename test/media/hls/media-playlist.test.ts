import { readMediaPlaylist, writeMediaPlaylist } from '../../../media/hls/media-playlist.ts';
import { joinFragments } from '../../../media/segments.ts';
import { fragments } from '../../support/media/fragments.ts';

test('writes a media playlist', () => {
  const segments = joinFragments(fragments(60_060, 60_060, 60_060, 43_043), 30_000, { segmentSeconds: 6.006 });
  expect(writeMediaPlaylist({ uri: 'index_720p.cmfv', initSize: 436, segments, targetSeconds: 8 })).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:8
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="index_720p.cmfv",BYTERANGE="436@0"
#EXTINF:6.006,
#EXT-X-BYTERANGE:3000@500
index_720p.cmfv
#EXTINF:1.434767,
#EXT-X-BYTERANGE:1000@3500
index_720p.cmfv
#EXT-X-ENDLIST
`);
});

test('writes an I-frame playlist', () => {
  const segments = [{ offset: 900, size: 3000, durationSeconds: 2.002 }, { offset: 9000, size: 2500, durationSeconds: 0.5 }];
  expect(writeMediaPlaylist({ uri: 'index_240p.cmfv', initSize: 436, segments, targetSeconds: 2, iFramesOnly: true })).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXT-X-MAP:URI="index_240p.cmfv",BYTERANGE="436@0"
#EXTINF:2.002,
#EXT-X-BYTERANGE:3000@900
index_240p.cmfv
#EXTINF:0.5,
#EXT-X-BYTERANGE:2500@9000
index_240p.cmfv
#EXT-X-ENDLIST
`);
});

test('reads the byte ranges of a media playlist', () => {
  const playlist =
    '#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI="v.cmfv",BYTERANGE="800@0"\n#EXTINF:6.0,\n#EXT-X-BYTERANGE:1000@800\nv.cmfv\n#EXTINF:1.52,t\n#EXT-X-BYTERANGE:300@1800\nv.cmfv\n#EXT-X-ENDLIST\n';
  expect(readMediaPlaylist(playlist)).toEqual({
    uri: 'v.cmfv',
    initSize: 800,
    segments: [
      { offset: 800, size: 1000, durationSeconds: 6 },
      { offset: 1800, size: 300, durationSeconds: 1.52 },
    ],
    targetSeconds: 6,
  });
});

test('places a range without an offset after the range before it', () => {
  const playlist = '#EXTM3U\n#EXTINF:6,\n#EXT-X-BYTERANGE:1000@800\nv.cmfv\n#EXTINF:2,\n#EXT-X-BYTERANGE:300\nv.cmfv\n';
  expect(readMediaPlaylist(playlist).segments.map(({ offset, size }) => [offset, size])).toEqual([
    [800, 1000],
    [1800, 300],
  ]);
});

test('rejects a media playlist with segments in separate files', () => {
  expect(() => readMediaPlaylist('#EXTM3U\n#EXTINF:6,\nseg1.cmfv\n')).toThrow('no byte range');
});

test('reads a media playlist back as it was written', () => {
  const segments = [
    { offset: 900, size: 3000, durationSeconds: 6.006 },
    { offset: 3900, size: 1000, durationSeconds: 1.434767 },
  ];
  const playlist = { uri: 'index_720p.cmfv', initSize: 436, segments, targetSeconds: 7 };
  expect(readMediaPlaylist(writeMediaPlaylist(playlist))).toEqual(playlist);
});
