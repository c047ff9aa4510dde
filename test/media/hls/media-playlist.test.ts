import { averageBitrate, peakBitrate, targetDuration } from '../../../media/bitrate.ts';
import { writeMpd } from '../../../media/dash/index.ts';
import {
  peakSegmentBitrate,
  writeImagePlaylist,
  writeMediaPlaylist,
  writeMultivariantPlaylist,
} from '../../../media/hls/index.ts';
import { alignFragments, joinFragments } from '../../../media/segments.ts';

/** Fragments of 1000 bytes that follow each other from byte 500 on. */
function fragments(...durations: number[]) {
  let decodeTime = 0;
  return durations.map((duration, index) => {
    const fragment = { offset: 500 + index * 1000, size: 1000, decodeTime, duration };
    decodeTime += duration;
    return fragment;
  });
}

function lengths(segments: ReturnType<typeof joinFragments>): number[] {
  return segments.map(({ durationTicks }) => durationTicks);
}

describe('segments', () => {
  test('are whole groups of pictures, with the bytes of each', () => {
    const segments = joinFragments(fragments(60_060, 60_060, 60_060, 60_060), 30_000, { segmentSeconds: 6.006 });
    expect(segments).toEqual([
      { offset: 500, size: 3000, startSeconds: 0, durationSeconds: 6.006, durationTicks: 180_180 },
      { offset: 3500, size: 1000, startSeconds: 6.006, durationSeconds: 2.002, durationTicks: 60_060 },
    ]);
  });

  test('a stub at the end joins the one before it', () => {
    const length = { segmentSeconds: 6, leastFinalSeconds: 1 };
    expect(lengths(joinFragments(fragments(2000, 2000, 2000, 40), 1000, length))).toEqual([6040]);
    expect(lengths(joinFragments(fragments(40), 1000, length))).toEqual([40]);
  });

  test('of sound begin next to those of the picture and go on after them', () => {
    const video = joinFragments(fragments(6000, 6000, 3000), 1000, { segmentSeconds: 6 });
    const sound = fragments(...Array.from({ length: 27 }, () => 1003));
    expect(lengths(alignFragments(sound, 1000, video, { segmentSeconds: 6 }))).toEqual([6018, 6018, 6018, 6018, 3009]);
  });
});

describe('bit rates', () => {
  const segment = (size: number, durationSeconds: number) => ({ size, durationSeconds });

  test('the peak is that of the costliest segment, the average that of all', () => {
    const segments = [segment(750_000, 6), segment(1_500_000, 6), segment(300_000, 6)];
    expect([peakBitrate(segments), averageBitrate(segments)]).toEqual([2_000_000, 1_133_334]);
  });

  test('of HLS count only runs about as long as the target, so that a stub counts with what precedes it', () => {
    const stub = [segment(750_000, 6), segment(450_000, 6), segment(250_000, 1)];
    expect(peakBitrate(stub)).toBe(2_000_000);
    expect(peakSegmentBitrate(stub, 6)).toBe(1_000_000);
    expect(peakSegmentBitrate([segment(450_000, 6), segment(750_000, 1)], 6)).toBe(1_371_429);
    expect(peakSegmentBitrate([segment(50_000, 0.4)], 1)).toBe(1_000_000);
  });

  test('the target duration is rounded up, never below a second', () => {
    expect(targetDuration([segment(1, 6.006)])).toBe(7);
    expect(targetDuration([segment(1, 6)])).toBe(6);
    expect(targetDuration([segment(1, 0.04)])).toBe(1);
  });
});

test('a media playlist', () => {
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

test('a multivariant playlist adds the costliest sound of a group to each picture', () => {
  const audio = { isDefault: true, autoSelect: true, channels: 2, codec: 'mp4a.40.2', averageBps: 120_000 };
  const variant = { codec: 'avc1.64001f', frameRate: { numerator: 30_000, denominator: 1001 }, averageBps: 1_000_000, audioGroups: ['audio'] };
  expect(
    writeMultivariantPlaylist({
      audio: [
        { ...audio, groupId: 'audio', name: 'English', language: 'en', peakBps: 130_000, uri: 'index_audio_eng.m3u8' },
        { ...audio, groupId: 'audio', name: 'The "other"', language: undefined, isDefault: false, peakBps: 140_000, uri: 'index_audio_und.m3u8' },
      ],
      variants: [
        { ...variant, width: 1280, height: 720, peakBps: 2_000_000, uri: 'index_720p.m3u8' },
        { ...variant, width: 640, height: 360, peakBps: 700_000, audioGroups: [], uri: 'index_360p.m3u8' },
      ],
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
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,RESOLUTION=240x136,CODECS="jpeg",URI="index_thumbnails.m3u8"
`);
});

test('an image playlist', () => {
  expect(
    writeImagePlaylist({
      thumbnailWidth: 240,
      thumbnailHeight: 136,
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

test('an MPD of the on-demand profile', () => {
  const file = { codec: 'mp4a.40.2', peakBps: 130_000, timescale: 48_000, initSize: 692, indexSize: 64 };
  expect(
    writeMpd({
      durationSeconds: 8.008,
      longestSegmentSeconds: 6.016,
      video: [
        { ...file, id: '180p', uri: 'index_180p.cmfv', codec: 'avc1.64000d', timescale: 30_000, width: 320, height: 180, frameRate: { numerator: 30_000, denominator: 1001 } },
      ],
      audio: [{ ...file, id: 'audio_eng', uri: 'index_audio_eng.cmfa', language: 'en', label: 'English & more', isDefault: true, channels: 2, sampleRate: 48_000 }],
      tiles: { id: 'thumbnails', media: 'index_thumbnails_$Number%05d$.jpg', columns: 5, rows: 2, width: 1200, height: 272, durationSeconds: 10.01, images: 1, peakBps: 9000 },
    }),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" mediaPresentationDuration="PT8.008S" minBufferTime="PT6.016S">
  <Period id="1" start="PT0S" duration="PT8.008S">
    <AdaptationSet id="1" contentType="video" mimeType="video/mp4" subsegmentAlignment="true" subsegmentStartsWithSAP="1" maxWidth="320" maxHeight="180">
      <Representation id="180p" bandwidth="130000" codecs="avc1.64000d" width="320" height="180" frameRate="30000/1001" sar="1:1">
        <BaseURL>index_180p.cmfv</BaseURL>
        <SegmentBase timescale="30000" indexRange="692-755">
          <Initialization range="0-691"/>
        </SegmentBase>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" lang="en" subsegmentAlignment="true" subsegmentStartsWithSAP="1">
      <Label>English &amp; more</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Representation id="audio_eng" bandwidth="130000" codecs="mp4a.40.2" audioSamplingRate="48000">
        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
        <BaseURL>index_audio_eng.cmfa</BaseURL>
        <SegmentBase timescale="48000" indexRange="692-755">
          <Initialization range="0-691"/>
        </SegmentBase>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="3" contentType="image" mimeType="image/jpeg">
      <SegmentTemplate media="index_thumbnails_$Number%05d$.jpg" startNumber="1" endNumber="1" timescale="1000" duration="10010"/>
      <Representation id="thumbnails" bandwidth="9000" width="1200" height="272">
        <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="5x2"/>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
`);
});
