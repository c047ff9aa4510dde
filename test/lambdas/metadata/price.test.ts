import { encodePriceUsd } from '../../../lambdas/metadata/price.ts';
import { readMaster } from '../../../media/hls/read-multivariant-playlist.ts';
import { readMediaPlaylist } from '../../../media/hls/read-media-playlist.ts';

const hd = { width: 1920, height: 1080, frameRate: 25, durationMs: 3_600_000 };

test('an hour of 1080p, 720p and two smaller ones costs what the price list says', () => {
  const ladder = [hd, { ...hd, width: 1280, height: 720 }, { ...hd, width: 854, height: 480 }, { ...hd, width: 640, height: 360 }];
  expect(encodePriceUsd(ladder, 'basic')).toBe('2.700000');
  expect(encodePriceUsd([hd], 'professional')).toBe('1.440000');
});

test('a portrait picture costs as much as one that lies, and short outputs are billed ten seconds', () => {
  expect(encodePriceUsd([{ ...hd, width: 1080, height: 1920 }], 'basic')).toBe(encodePriceUsd([hd], 'basic'));
  expect(encodePriceUsd([{ ...hd, durationMs: 40 }], 'basic')).toBe(encodePriceUsd([{ ...hd, durationMs: 10_000 }], 'basic'));
});

test('a multivariant playlist names each rendition once, with its own codec', () => {
  const master = [
    '#EXTM3U',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Korean, original",LANGUAGE="kor",CHANNELS="2",URI="a_kor.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="surround",NAME="Korean 2",CHANNELS="6",URI="a_51.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=29.970,AUDIO="audio"',
    'v_1080p.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=6,CODECS="avc1.640028,ac-3",RESOLUTION=1920x1080,FRAME-RATE=29.970,AUDIO="surround"',
    'v_1080p.m3u8',
    '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,RESOLUTION=240x136,CODECS="jpeg",URI="tiles.m3u8"',
    '',
  ].join('\r\n');
  expect(readMaster(master)).toEqual([
    { kind: 'video', uri: 'v_1080p.m3u8', codecs: 'avc1.640028', width: 1920, height: 1080, frameRate: 29.97 },
    { kind: 'audio', uri: 'a_kor.m3u8', codecs: 'mp4a.40.2', language: 'kor', channels: 2 },
    { kind: 'audio', uri: 'a_51.m3u8', codecs: 'ac-3', language: undefined, channels: 6 },
  ]);
});

test('a media playlist in one file gives its segments by size and length', () => {
  const playlist = '#EXTM3U\n#EXT-X-MAP:URI="v.cmfv",BYTERANGE="800@0"\n#EXTINF:6.0,\n#EXT-X-BYTERANGE:1000@800\nv.cmfv\n#EXTINF:1.52,t\n#EXT-X-BYTERANGE:300@1800\nv.cmfv\n#EXT-X-ENDLIST\n';
  expect(readMediaPlaylist(playlist)).toEqual({
    uri: 'v.cmfv',
    segments: [
      { size: 1000, durationSeconds: 6 },
      { size: 300, durationSeconds: 1.52 },
    ],
  });
  expect(() => readMediaPlaylist('#EXTM3U\n#EXTINF:6,\nseg1.cmfv\n')).toThrow('no byte range');
});
