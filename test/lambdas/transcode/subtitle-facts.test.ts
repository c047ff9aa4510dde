import { subtitleFacts } from '../../../lambdas/transcode/subtitle-facts.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { captionUnit, TEXT } from '../../support/media/caption-packets.ts';
import { transportStream } from '../../support/media/transport-stream.ts';

const NOTHING = byteSourceOf(Buffer.alloc(1000));

test('counts tracks by the file, and captions in its frames', async () => {
  const subtitles = { type: 0x90 } as const;
  expect(await subtitleFacts('mpegts', byteSourceOf(transportStream({ type: 0x1b }, subtitles)), 'AVC')).toEqual({ subtitleTracks: 1 });
  expect(await subtitleFacts('mxf', byteSourceOf(captionUnit(TEXT)), 'AVC')).toEqual({ embeddedCaptions: true });
  expect(await subtitleFacts('mxf', NOTHING, 'AVC')).toEqual({});
});

test('looks for captions only in codecs that carry them', async () => {
  expect(await subtitleFacts('mxf', byteSourceOf(captionUnit(TEXT)), 'PRORES')).toEqual({});
});

test('takes the tracks that the probe names where the file is not read', async () => {
  const Tracks = [{ TrackType: 'data', Codec: 'C608' }, { TrackType: 'data', Codec: 'UNKNOWN' }, { TrackType: 'video', Codec: 'AVC' }] as const;
  const known = { movie: undefined, probe: { Container: { Tracks: [...Tracks] } } };
  expect(await subtitleFacts('mxf', NOTHING, 'AVC', known)).toEqual({ subtitleTracks: 1 });
});
