import { writeMpd } from '../../../media/dash/mpd.ts';

test('writes an MPD of the on-demand profile', () => {
  const file = { codec: 'mp4a.40.2', peakBps: 130_000, timescale: 48_000, initSize: 692, indexSize: 64 };
  expect(
    writeMpd({
      durationSeconds: 8.008,
      longestSegmentSeconds: 6.016,
      video: [
        {
          ...file,
          id: '180p',
          uri: 'index_180p.cmfv',
          codec: 'avc1.64000d',
          timescale: 30_000,
          width: 320,
          height: 180,
          frameRate: { numerator: 30_000, denominator: 1001 },
        },
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
