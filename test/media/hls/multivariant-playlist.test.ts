import { readMultivariantPlaylist, writeMultivariantPlaylist } from '../../../media/hls/multivariant-playlist.ts';

test('adds the highest audio bit rates of a group to each variant', () => {
  const audio = { isDefault: true, autoSelect: true, channels: 2, codec: 'mp4a.40.2', averageBps: 120_000 };
  const variant = {
    codec: 'avc1.64001f',
    frameRate: { numerator: 30_000, denominator: 1001 },
    averageBps: 1_000_000,
    audioGroups: ['audio'],
  };
  expect(
    writeMultivariantPlaylist({
      audio: [
        { ...audio, groupId: 'audio', name: 'English', language: 'en', peakBps: 130_000, uri: 'index_audio_eng.m3u8' },
        {
          ...audio,
          groupId: 'audio',
          name: 'The "other"',
          language: undefined,
          isDefault: false,
          peakBps: 140_000,
          uri: 'index_audio_und.m3u8',
        },
      ],
      variants: [
        { ...variant, width: 1280, height: 720, peakBps: 2_000_000, uri: 'index_720p.m3u8' },
        { ...variant, width: 640, height: 360, peakBps: 700_000, audioGroups: [], uri: 'index_360p.m3u8' },
      ],
      keyFrames: [{ codec: 'avc1.64001e', width: 640, height: 360, peakBps: 90_000, averageBps: 60_000, uri: 'index_360p_I-Frame.m3u8' }],
      images: [{ width: 240, height: 136, peakBps: 9000, uri: 'index_thumbnails.m3u8' }],
    }),
  ).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="index_audio_eng.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="The 'other'",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="index_audio_und.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2140000,AVERAGE-BANDWIDTH=1120000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"
index_720p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=700000,AVERAGE-BANDWIDTH=1000000,CODECS="avc1.64001f",RESOLUTION=640x360,FRAME-RATE=29.970
index_360p.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,AVERAGE-BANDWIDTH=60000,CODECS="avc1.64001e",RESOLUTION=640x360,URI="index_360p_I-Frame.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,RESOLUTION=240x136,CODECS="jpeg",URI="index_thumbnails.m3u8"
`);
});

test('lists each rendition of a multivariant playlist once, with its own codec', () => {
  const text = [
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
  expect(readMultivariantPlaylist(text)).toEqual([
    { kind: 'video', uri: 'v_1080p.m3u8', codecs: 'avc1.640028', width: 1920, height: 1080, frameRate: 29.97 },
    { kind: 'audio', uri: 'a_kor.m3u8', codecs: 'mp4a.40.2', language: 'kor', channels: 2 },
    { kind: 'audio', uri: 'a_51.m3u8', codecs: 'ac-3', language: undefined, channels: 6 },
  ]);
});
