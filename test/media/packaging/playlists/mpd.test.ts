import { readFile } from 'node:fs/promises';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { writeFilmMpd } from '../../../../media/packaging/playlists/mpd.ts';
import { footagePath } from '../../../support/footage.ts';
import { makeFilmIndex } from '../../../support/media/packaging/film-index.ts';
import { indexFile } from '../../../support/media/packaging/package-file.ts';

let footage: SourceIndex;

beforeAll(async () => {
  footage = await indexFile(await readFile(footagePath), 6);
});

test('a film is one period with exact times', () => {
  expect(writeFilmMpd(footage)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" mediaPresentationDuration="PT30.083333S" minBufferTime="PT10.343S">
  <Period id="1" start="PT0S" duration="PT30.083333S">
    <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Representation id="fmp4-1" bandwidth="9731487" codecs="avc1.640028" width="1920" height="1080" frameRate="24" sar="1:1">
        <SegmentTemplate timescale="307200" startNumber="0" initialization="$RepresentationID$_init.mp4" media="$RepresentationID$_$Number$.m4s">
          <SegmentTimeline>
            <S t="25600" d="3200000"/>
            <S d="1638400"/>
            <S d="2240000"/>
            <S d="2137600"/>
          </SegmentTimeline>
        </SegmentTemplate>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" lang="und" segmentAlignment="true" startWithSAP="1">
      <Label>Audio</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Representation id="fmp4-2" bandwidth="195629" codecs="mp4a.40.2" audioSamplingRate="48000">
        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="6"/>
        <SegmentTemplate timescale="48000" startNumber="0" initialization="$RepresentationID$_init.mp4" media="$RepresentationID$_$Number$.m4s">
          <SegmentTimeline>
            <S t="2976" d="501760"/>
            <S d="256000"/>
            <S d="350208"/>
            <S d="333056"/>
          </SegmentTimeline>
        </SegmentTemplate>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
`);
});

test('each piece of a clip is a period that starts at its key frame', () => {
  const clip = [{ startSeconds: 11, endSeconds: 12 }, { startSeconds: 24, endSeconds: 90 }];
  const lines = writeFilmMpd(footage, { clip, firstNumber: 1 }).split('\n').map((line) => line.trim());
  const template = 'initialization="$RepresentationID$_init.mp4" media="$RepresentationID$_$Number$.m4s">';
  expect(lines.filter((line) => /^<(?:Period|SegmentTemplate|S) /.test(line))).toEqual([
    '<Period id="1" start="PT0S" duration="PT5.333333S">',
    `<SegmentTemplate timescale="307200" presentationTimeOffset="3225600" startNumber="2" ${template}`,
    '<S t="3225600" d="1638400"/>',
    `<SegmentTemplate timescale="48000" presentationTimeOffset="504000" startNumber="2" ${template}`,
    '<S t="504736" d="256000"/>',
    '<Period id="2" start="PT5.333333S" duration="PT6.958333S">',
    `<SegmentTemplate timescale="307200" presentationTimeOffset="7104000" startNumber="4" ${template}`,
    '<S t="7104000" d="2137600"/>',
    `<SegmentTemplate timescale="48000" presentationTimeOffset="1110000" startNumber="4" ${template}`,
    '<S t="1110944" d="333056"/>',
  ]);
  expect(lines[1]).toContain('mediaPresentationDuration="PT12.291667S"');
});

test('equal durations are one element, and a piece without sound has none', () => {
  const film = makeFilmIndex({ seconds: 60, soundSeconds: 15, gopFrames: 48 });
  const [whole, end] = [writeFilmMpd(film), writeFilmMpd(film, { clip: [{ startSeconds: 30, endSeconds: 40 }] })];
  expect(whole).toContain('<S t="25600" d="1843200" r="9"/>');
  expect(whole).toContain('contentType="audio"');
  expect(end).not.toContain('contentType="audio"');
});
