import { inspectSource } from '../../../../lambdas/transcode/inspect-source.ts';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { ORIENTED_KINDS } from '../../../support/inputs/oriented-kinds.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';
import {
  DESCRIBED_COLORS,
  makeQuarters,
  readQuartersOf,
  withMatrix,
  withProjection,
} from '../../../support/media/oriented-clips.ts';

let encoder: TestEncoder;
let plain: Buffer;
let matroska: Buffer;
beforeAll(async () => {
  encoder = await TestEncoder.start();
  plain = await makeQuarters('plain.mp4');
  matroska = await makeQuarters('plain.mkv', ...DESCRIBED_COLORS);
});
afterAll(() => encoder.end());

/** Inspects and encodes a file as the chain does; returns what it found and how the video looks. */
async function encode(name: string, bytes: Buffer) {
  await encoder.upload(name, bytes);
  const { facts, warnings } = await inspectSource(byteSourceOf(bytes), async () => (await encoder.probe(name)) ?? {});
  const attemptId = name.replaceAll(/\W/g, '').toLowerCase().padEnd(8, '0');
  const request = encoder.request(name, { ...facts.video, durationSeconds: 0.4 }, attemptId);
  const id = await encoder.submit(request);
  expect(await encoder.waitForEnd(id)).toMatchObject({ Status: 'COMPLETE' });
  const pictures = ['index_120p.cmfv', 'frames/frame.0000000.jpg'].map((picture) => encoder.outputPath(picture, attemptId));
  const [looks, poster] = await readQuartersOf(pictures);
  return {
    rotate: request.Settings?.Inputs?.[0]?.VideoSelector?.Rotate,
    codes: warnings.map(({ code }) => code),
    looks,
    poster,
  };
}

test.each(ORIENTED_KINDS)('shows the picture as its file asks, with its warnings: $name', async (kind) => {
  const { name, container, orient, looks, rotate, warnings: codes = [] } = kind;
  const found = await encode(`${name}.${container}`, await orient(container === 'mp4' ? plain : matroska));
  expect(found).toEqual({ rotate, codes, looks, poster: looks });
});

test('rotates a picture by the movie matrix, which automatic rotation is not documented to respect', async () => {
  const found = await encode('movie.mp4', withMatrix(plain, [0, 1, -1, 0], 'movie'));
  expect(found).toMatchObject({ rotate: 'DEGREES_90', codes: [], looks: 'BR/WG' });
});

test.each([
  ['in 4:4:4', ['-pix_fmt', 'yuv444p']],
  ['with fields', ['-flags', '+ilme+ildct', '-x264opts', 'tff=1']],
])('turns a picture %s by degrees, since no automatic rotation is documented for it', async (name, options) => {
  const clip = withMatrix(await makeQuarters('a.mp4', ...options), [0, 1, -1, 0]);
  expect(await encode(`${name}.mp4`, clip)).toMatchObject({ rotate: 'DEGREES_90', looks: 'BR/WG' });
});

test('the probe reports only rotations', async () => {
  const rotationOf = async (name: string, bytes: Buffer): Promise<number | undefined> => {
    await encoder.upload(name, bytes);
    return (await encoder.probe(name))?.Container?.Tracks?.[0]?.VideoProperties?.Rotation;
  };
  expect(await rotationOf('p1.mp4', withMatrix(plain, [0, 1, -1, 0]))).toBe(90);
  expect(await rotationOf('p2.mp4', withMatrix(plain, [0, 1, 1, 0]))).toBeUndefined();
  expect(await rotationOf('p3.mkv', withProjection(matroska, { roll: -90 }))).toBe(90);
  expect(await rotationOf('p4.mkv', withProjection(matroska, { yaw: 180, roll: -90 }))).toBeUndefined();
});
