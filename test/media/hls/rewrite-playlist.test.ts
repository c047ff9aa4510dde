import { rewriteHls } from '../../../media/hls/rewrite-playlist.ts';
import { OTHER_VIDEO_ID, SIGNATURE, signer, VIDEO_ID } from '../../support/media/playlist-signer.ts';

function hls(...lines: string[]) {
  return rewriteHls(['#EXTM3U', ...lines].join('\n'), signer)
    .split('\n')
    .slice(1);
}

test('adds the signature and its copy to every playlist that a multivariant playlist names', () => {
  expect(
    hls(
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, main",LANGUAGE="en",DEFAULT=YES,URI="index_audio_en.m3u8"',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="index_iframe.m3u8",CODECS="avc1.4d401f"',
      '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=13000,RESOLUTION=320x180,URI="images/index.m3u8"',
      '#EXT-X-SESSION-DATA:DATA-ID="com.example.lyrics",URI="lyrics.json"',
      '#EXT-X-STREAM-INF:BANDWIDTH=4000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1280x720,AUDIO="a"',
      'index_720p.m3u8',
      '',
    ),
  ).toEqual([
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, main",LANGUAGE="en",DEFAULT=YES,URI="index_audio_en.m3u8?${SIGNATURE}&t=dA"`,
    `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="index_iframe.m3u8?${SIGNATURE}&t=dA",CODECS="avc1.4d401f"`,
    `#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=13000,RESOLUTION=320x180,URI="images/index.m3u8?${SIGNATURE}&t=dA"`,
    `#EXT-X-SESSION-DATA:DATA-ID="com.example.lyrics",URI="lyrics.json?${SIGNATURE}"`,
    '#EXT-X-STREAM-INF:BANDWIDTH=4000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1280x720,AUDIO="a",CLOSED-CAPTIONS=NONE',
    `index_720p.m3u8?${SIGNATURE}&t=dA`,
    '',
  ]);
});

test('leaves variants alone in a playlist that speaks of closed captions', () => {
  const captions = '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="English",INSTREAM-ID="CC1"';
  const variant = '#EXT-X-STREAM-INF:BANDWIDTH=4000000,CLOSED-CAPTIONS="c"';
  expect(hls(captions, variant, 'a.m3u8').slice(0, 2)).toEqual([captions, variant]);
});

test('adds the signature alone to segments and init segments, and keeps byte ranges', () => {
  expect(
    hls(
      '#EXT-X-MAP:URI="index_720p.cmfv",BYTERANGE="822@0"',
      '#EXT-X-KEY:METHOD=AES-128,URI="keys/1.key",IV=0x00000000000000000000000000000001',
      '#EXTINF:6.000,a title, URI="not-an-attribute"',
      '#EXT-X-BYTERANGE:1519876@822',
      'index_720p.cmfv',
      '# a comment with URI="x"',
      'clip.ts?start=1#part',
      '#EXT-X-ENDLIST',
    ),
  ).toEqual([
    `#EXT-X-MAP:URI="index_720p.cmfv?${SIGNATURE}",BYTERANGE="822@0"`,
    `#EXT-X-KEY:METHOD=AES-128,URI="keys/1.key?${SIGNATURE}",IV=0x00000000000000000000000000000001`,
    '#EXTINF:6.000,a title, URI="not-an-attribute"',
    '#EXT-X-BYTERANGE:1519876@822',
    `index_720p.cmfv?${SIGNATURE}`,
    '# a comment with URI="x"',
    `clip.ts?start=1&${SIGNATURE}#part`,
    '#EXT-X-ENDLIST',
  ]);
});

test('keeps line endings of either kind, and the lack of a final one', () => {
  expect(rewriteHls('#EXTM3U\r\n\r\na.ts\r\nb.ts', signer)).toBe(
    `#EXTM3U\r\n\r\na.ts?${SIGNATURE}\r\nb.ts?${SIGNATURE}`,
  );
});

test.each([
  ['another host', 'https://evil.example/v/x.ts'],
  ['another host without a scheme', '//evil.example/v/x.ts'],
  ['a backslash host', '\\\\evil.example\\x.ts'],
  ['a slash and a backslash', '/\\evil.example/x.ts'],
  ['a host behind a tab', 'ht\ttps://evil.example/x.ts'],
  ['a host behind a space', ' //evil.example/x.ts'],
  ['a scheme without a host', 'https:x.ts'],
  ['data', 'data:text/plain,x'],
  ['a variable that may hold a host', '{$host}/x.ts'],
  ['another video', `/v/${OTHER_VIDEO_ID}/1/attempt00/x.ts`],
  ['another video by dots', `../../../${OTHER_VIDEO_ID}/x.ts`],
  ['another video by encoded dots', `%2e%2e/%2e%2e/%2e%2e/${OTHER_VIDEO_ID}/x.ts`],
  ['another part of the site', '/api/videos'],
  ['a signature of its own', 'x.ts?Policy=a&Signature=b'],
])('adds no signature to %s', (_, reference) => {
  expect(hls(reference)).toEqual([reference]);
  expect(hls(`#EXT-X-MAP:URI="${reference}"`)).toEqual([`#EXT-X-MAP:URI="${reference}"`]);
});

test('signs paths of this video, absolute or relative', () => {
  expect(hls(`/v/${VIDEO_ID}/2/attempt01/x.ts`, '../attempt00/y.ts')).toEqual([
    `/v/${VIDEO_ID}/2/attempt01/x.ts?${SIGNATURE}`,
    `../attempt00/y.ts?${SIGNATURE}`,
  ]);
});

test('does not take the text of a quoted attribute for another attribute', () => {
  const line = '#EXT-X-MEDIA:TYPE=AUDIO,NAME="x,URI=",URI="a.m3u8"';
  expect(hls(line)).toEqual([`#EXT-X-MEDIA:TYPE=AUDIO,NAME="x,URI=",URI="a.m3u8?${SIGNATURE}&t=dA"`]);
});

test('rejects text that is not a playlist', () => {
  expect(() => rewriteHls('<html>', signer)).toThrow('does not begin with #EXTM3U');
});
