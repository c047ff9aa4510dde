import { inspectSource } from '../../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { decodeAll, makeWithFfmpeg } from '../../../support/clips.ts';
import { type GeneratedKind, MARKED_TRACK, STILL_IMAGES, TEN_CHANNELS } from '../../../support/inputs/further-tracks.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

let uploads = 0;

/** Encodes a file as the chain does, with the warnings of its kind. @returns the streams of the multivariant playlist */
async function encode({ file, args, warnings: expected = [] }: GeneratedKind) {
  uploads += 1;
  const [key, attemptId] = [`${uploads}-${file}`, `choice${uploads}`.padEnd(8, '0')];
  const bytes = await makeWithFfmpeg(file, args);
  await encoder.upload(key, bytes);
  const { facts, warnings } = await inspectSource(byteSourceOf(bytes), async () => (await encoder.probe(key)) ?? {});
  expect(warnings.map(({ code }) => code)).toEqual(expected);
  const ladder = planEncode(facts, bytes.length, 1080);
  const job = await encoder.waitForEnd(await encoder.submit(encoder.requestFor(ladder, key, attemptId)));
  expect(job).toMatchObject({ Status: 'COMPLETE' });
  const { streams } = await decodeAll(encoder.outputPath('index.m3u8', attemptId));
  return { warnings, videos: streams.filter(({ type }) => type === 'video'), ladder, attemptId };
}

test.each(STILL_IMAGES)('encodes the video of a file with $name', async (kind) => {
  const { warnings, videos } = await encode(kind);
  expect(warnings).toMatchObject([{ track: 1 }]);
  expect(videos[0]).toMatchObject({ width: 128, height: 96, frames: 30 });
});

test('encodes ten-channel sound from the first six, in stereo and 5.1', async () => {
  const { attemptId } = await encode(TEN_CHANNELS);
  const surround = await levelsOf(encoder.outputPath('index_audio_und_2.cmfa', attemptId), 6);
  expect(surround.map((level) => Math.round((level / (surround[1] ?? 0)) * 10) / 10)).toEqual([0, 1, 0.5, 0, 0, 0]);
  const [left = 0, right = 0] = await levelsOf(encoder.outputPath('index_audio_und.cmfa', attemptId), 2);
  // Of the six, left gets only its share of the center.
  expect(right / left).toBeGreaterThan(2);
  expect(left).toBeGreaterThan(100);
});

/** Returns the root mean square of each channel's samples, which are 16-bit integers. */
async function levelsOf(path: string, channels: number): Promise<number[]> {
  const bytes = await makeWithFfmpeg('a.raw', ['-i', path, '-f', 's16le']);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return Array.from({ length: channels }, (_, channel) => {
    const own = samples.filter((_sample, index) => index % channels === channel);
    return Math.sqrt(own.reduce((sum, sample) => sum + sample ** 2, 0) / own.length);
  });
}

test('plays the track that the file marks', async () => {
  const { ladder } = await encode(MARKED_TRACK);
  expect(ladder.audio.map(({ language, isDefault }) => [language, isDefault])).toEqual([['und', false], ['kor', true]]);
});
