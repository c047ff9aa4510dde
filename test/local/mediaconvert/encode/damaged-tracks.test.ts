import type { Job } from '@aws-sdk/client-mediaconvert';
import { inspectSource } from '../../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { damagePackets, decodeAll, makeWithFfmpeg } from '../../../support/clips.ts';
import { fragmentsOf, overwritten } from '../../../support/fragments.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '4'];

function inputs(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=64x64:r=4:d=${seconds}`, '-f', 'lavfi', '-i', `sine=r=16000:d=${seconds}`];
}

let uploads = 0;

/** Encodes a file as the chain's first attempt does. @returns the ended job, the chain's warnings, and the streams of its multivariant playlist */
async function encode(bytes: Buffer) {
  uploads += 1;
  const [key, attemptId] = [`damaged-${uploads}`, `damaged${uploads}`.padEnd(8, '0')];
  await encoder.upload(key, bytes);
  const { facts, warnings } = await inspectSource(byteSourceOf(bytes), async () => (await encoder.probe(key)) ?? {});
  const ladder = planEncode(facts, bytes.length, 1080);
  const job = await encoder.waitForEnd(await encoder.submit(encoder.requestFor(ladder, key, attemptId)));
  return { job: summaryOf(job), warnings, decode: async () => (await decodeAll(encoder.outputPath('index.m3u8', attemptId))).streams };
}

function summaryOf({ Status, ErrorCode, ErrorMessage, Warnings }: Job) {
  return { Status, ErrorCode, ErrorMessage, warnings: Warnings?.map(({ Code }) => Code) };
}

const SOUND_WARNING = 230_006;
const VIDEO_WARNING = 230_008;
const SILENCE_WARNING = 240_000;

describe('damage in the first half minute', () => {
  let whole: Buffer;
  beforeAll(async () => void (whole = await makeWithFfmpeg('whole.mp4', [...inputs(34), ...X264])));

  test('keeps later sound in sync', async () => {
    const { job, decode } = await encode(await damagePackets(whole, 'a:0', [-1, 31]));
    expect(job).toMatchObject({ Status: 'COMPLETE', warnings: [SOUND_WARNING] });
    expect((await decode()).find(({ type }) => type === 'audio')?.lastSeconds).toBeCloseTo(34, 0);
  });

  test('keeps a later picture in sync', async () => {
    const { job, decode } = await encode(await damagePackets(whole, 'v:0', [-1, 31]));
    expect(job).toMatchObject({ Status: 'COMPLETE', warnings: [VIDEO_WARNING] });
    expect((await decode()).find(({ type }) => type === 'video')?.lastSeconds).toBeCloseTo(33.75, 1);
  });
});

describe('damage in the middle', () => {
  test.each([
    ['sound in MP4', 'a.mp4', ['-c:a', 'aac'], 'a:0', [SOUND_WARNING, SILENCE_WARNING]],
    ['sound in Matroska', 'a.mkv', ['-c:a', 'aac'], 'a:0', [SOUND_WARNING, SILENCE_WARNING]],
    ['video in MP4', 'a.mp4', ['-an'], 'v:0', [VIDEO_WARNING]],
    ['video in Matroska, for which MediaConvert documents no warning', 'a.mkv', ['-an'], 'v:0', []],
  ])('is a warning of the job: %s', async (_name, file, args, stream, warnings) => {
    const whole = await makeWithFfmpeg(file, [...inputs(4), ...X264, ...args]);
    const { job, decode } = await encode(await damagePackets(whole, stream, [1, 2]));
    expect(job).toMatchObject({ Status: 'COMPLETE', warnings });
    for (const { lastSeconds } of await decode()) expect(lastSeconds).toBeGreaterThan(3.6);
  });
});

describe('a fragmented MP4', () => {
  const args = [...inputs(4), ...X264, '-c:a', 'aac', '-movflags', 'empty_moov+frag_keyframe+default_base_moof'];

  test('that is damaged in the middle keeps what follows, at its time', async () => {
    const whole = await makeWithFfmpeg('a.mp4', args);
    const [, second, third] = fragmentsOf(whole);
    const { job, warnings, decode } = await encode(overwritten(whole, second?.start ?? 0, third?.start ?? 0));
    expect(job).toMatchObject({ Status: 'COMPLETE', warnings: [SILENCE_WARNING] });
    expect(warnings).toEqual([{ code: 'source_has_gap', startMs: expect.closeTo(1000, -3), durationMs: expect.closeTo(1000, -3) }]);
    for (const { firstSeconds, lastSeconds } of await decode()) {
      expect(firstSeconds).toBeLessThan(0.1);
      expect(lastSeconds).toBeGreaterThan(3.6);
    }
  });

  test('whose last frames do not decode gets black frames to the end of its sound', async () => {
    const whole = await makeWithFfmpeg('a.mp4', args);
    const { job, decode } = await encode(await damagePackets(whole, 'v:0', [3, 9]));
    expect(job).toMatchObject({ Status: 'COMPLETE', warnings: [VIDEO_WARNING] });
    for (const { lastSeconds } of await decode()) expect(lastSeconds).toBeGreaterThan(3.6);
  });
});

describe('sound that cannot be decoded at all fails the whole job', () => {
  test('without its track in the message if it is damaged', async () => {
    const twoTracks = [...inputs(1), '-map', '0', '-map', '1', '-map', '1', ...X264];
    const { job } = await encode(await damagePackets(await makeWithFfmpeg('a.mp4', twoTracks), 'a:1', [-1, 9]));
    expect(job).toMatchObject({ ErrorCode: 1092, ErrorMessage: expect.not.stringMatching(/\d/) });
  });

  test('with its track in the message if it is empty', async () => {
    const { job } = await encode(await makeWithFfmpeg('a.mkv', [...inputs(1), '-af', 'aselect=0', ...X264, '-c:a', 'aac']));
    expect(job).toMatchObject({
      ErrorCode: 1021,
      ErrorMessage: 'No audio frames decoded on [selector-(Audio Selector 1)-track-1-drc]',
    });
  });

  test('if it is Dolby audio that is damaged for its first hundred frames', async () => {
    const whole = await makeWithFfmpeg('a.mp4', [...inputs(6), ...X264, '-c:a', 'ac3', '-ar', '48000']);
    expect((await encode(await damagePackets(whole, 'a:0', [-1, 4], 0))).job).toMatchObject({ ErrorCode: 1092 });
    expect((await encode(await damagePackets(whole, 'a:0', [-1, 2], 0))).job).toMatchObject({ Status: 'COMPLETE' });
  });
});
