import type { VideoProperties } from '@aws-sdk/client-mediaconvert';
import { type OrientedTrack, orientationFacts } from '../../../lambdas/transcode/orientation-facts.ts';
import { parseMovie } from '../../../media/isobmff/movie.ts';
import { movie, trak } from '../../support/media/box-builder.ts';

const [one, minus, w] = [0x1_0000, -0x1_0000, 0x4000_0000];
const IDENTITY = [one, 0, 0, 0, one, 0, 0, 0, w];
const CLOCKWISE = [0, one, 0, minus, 0, 0, 0, 0, w];
const MIRRORED = [minus, 0, 0, 0, one, 0, 0, 0, w];
const SLANTED = [46341, 46341, 0, -46341, 46341, 0, 0, 0, w];

const FTYP_BYTES = 20;

/** The track of a movie with these matrices. */
function indexed(matrix: readonly number[], movieMatrix = IDENTITY) {
  const file = movie(movieMatrix, trak({ matrix }));
  return parseMovie(file.subarray(FTYP_BYTES)).tracks[0];
}

const PROGRESSIVE: VideoProperties = { CodecMetadata: { ChromaSubsampling: '4:2:0', ScanType: 'Progressive' } };

function factsOf(inIndex: OrientedTrack['inIndex'], others: Partial<OrientedTrack> = {}, properties = PROGRESSIVE) {
  const track = { VideoProperties: properties };
  return orientationFacts({ track, format: 'mp4', inIndex, stated: undefined, isOnly: true, interlaced: false, ...others });
}

test('uses automatic rotation where it is documented', () => {
  expect(factsOf(indexed(CLOCKWISE))).toEqual({ rotation: 90, automaticRotation: true });
  expect(factsOf(indexed(CLOCKWISE), { format: 'quicktime' })).toEqual({ rotation: 90, automaticRotation: true });
});

test.each<[string, Partial<OrientedTrack>]>([
  ['3GP', { format: 'three_gp' }],
  ['a container without a name', { format: undefined }],
  ['interlaced video', { interlaced: true }],
  ['one of several videos', { isOnly: false }],
])('prefers degrees for %s', (_name, others) => {
  expect(factsOf(indexed(CLOCKWISE), others)).toEqual({ rotation: 90 });
});

test.each([
  ['4:4:4', { CodecMetadata: { ChromaSubsampling: '4:4:4' } }],
  ['unknown sampling', {}],
])('prefers degrees for %s', (_name, properties) => {
  expect(factsOf(indexed(CLOCKWISE), {}, properties)).toEqual({ rotation: 90 });
});

test('prefers degrees for a rotation that the movie states, alone or beside its track', () => {
  expect(factsOf(indexed(IDENTITY, CLOCKWISE))).toEqual({ rotation: 90 });
  expect(factsOf(indexed(CLOCKWISE, CLOCKWISE))).toEqual({ rotation: 180 });
});

test('keeps mirroring apart from the rotation', () => {
  expect(factsOf(indexed(MIRRORED))).toEqual({ rotation: 0, mirrored: true });
  expect(factsOf(indexed(CLOCKWISE, MIRRORED))).toEqual({ rotation: 90, mirrored: true });
});

test('shows a picture as stored if its matrix skews, whatever a probe reports', () => {
  expect(factsOf(indexed(SLANTED), {}, { Rotation: 45 })).toEqual({ rotation: 0 });
});

test('prefers what another container states, then what the probe found in it, then the stream', () => {
  expect(factsOf(undefined, { stated: { rotation: 270, mirrored: true } }, { Rotation: 90 })).toEqual({ rotation: 270, mirrored: true });
  expect(factsOf(undefined, {}, { Rotation: 90.4, CodecMetadata: { Rotation: 180 } })).toEqual({ rotation: 90 });
  expect(factsOf(undefined, {}, { CodecMetadata: { Rotation: 270 } })).toEqual({ rotation: 270 });
  expect(factsOf(indexed(IDENTITY), {}, { CodecMetadata: { Rotation: 180 } })).toEqual({ rotation: 180 });
});
