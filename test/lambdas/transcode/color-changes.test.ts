import { inspectSource } from '../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { joinFiles, makeChangingStream, makeWithFfmpeg } from '../../support/clips.ts';
import { joinMovies } from '../../support/media/join-movies.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

let uploads = 0;

/** Inspects a file with the laptop's probe. */
async function inspect(bytes: Buffer) {
  uploads += 1;
  const key = `colors-${uploads}`;
  await encoder.upload(key, bytes);
  return inspectSource(byteSourceOf(bytes), async () => (await encoder.probe(key)) ?? {});
}

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];
const BT_709 = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'tv' };
const PQ = { matrix: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020', range: 'tv' };
const BT_601 = { matrix: 'smpte170m', transfer: 'smpte170m', primaries: 'smpte170m', range: 'tv' };
const UNLABELED = { matrix: 'unknown', transfer: 'unknown', primaries: 'unknown', range: 'unknown' };
const WARNING = { code: 'colors_change', startMs: 1000 };

type Labels = typeof BT_709;

/** Returns arguments that make a video with these labels. */
function labeled({ matrix, transfer, primaries, range }: Labels, seconds = 1, codec = X264): string[] {
  const filter = `setparams=colorspace=${matrix}:color_trc=${transfer}:color_primaries=${primaries}:range=${range}`;
  return ['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=25:d=${seconds}`, '-vf', filter, ...codec];
}

test.each([
  ['PQ', [BT_709, PQ], { highDynamicRange: true }],
  ['Rec. 601', [BT_709, BT_601], {}],
  ['full range', [BT_709, { ...BT_709, range: 'pc' }], {}],
  ['HLG before Rec. 709', [{ ...PQ, transfer: 'arib-std-b67' }, BT_709], { highDynamicRange: true }],
  ['PQ before an unlabeled part', [PQ, UNLABELED], { highDynamicRange: true }],
])('warns of a transport stream whose colors change, and converts it: %s', async (_name, parts, video) => {
  const { facts, warnings } = await inspect(await makeChangingStream(1, ...parts.map((labels) => labeled(labels))));
  expect(warnings).toEqual([WARNING]);
  expect(facts.video).toMatchObject(video);
  expect(planEncode(facts, 100_000, 1080).color).toMatchObject({ convert: true, toneMap: facts.video.highDynamicRange });
});

test.each([
  ['a first frame without labels', 0.04, [labeled(UNLABELED, 0.04), labeled(PQ, 1.5)], true],
  ['a short part with other labels', 1, [labeled(BT_601), labeled(PQ, 0.4)], false],
  ['labels that mean what players assume', 1, [labeled(BT_601), labeled(UNLABELED)], false],
])('does not warn of %s', async (_name, seconds, parts, highDynamicRange) => {
  const { facts, warnings } = await inspect(await makeChangingStream(seconds, ...parts));
  expect(warnings).toEqual([]);
  expect(facts.video).toMatchObject({ highDynamicRange });
  expect(planEncode(facts, 100_000, 1080).color).toMatchObject({ convert: highDynamicRange, toneMap: highDynamicRange });
});

describe('colors that change', () => {
  let joined: Buffer;
  beforeAll(async () => void (joined = await makeChangingStream(1, labeled(BT_709), labeled(PQ, 1.2))));

  test.each([
    ['MP4 whose key frames state them', 'a.mp4', []],
    ['fragmented MP4', 'a.mp4', ['-movflags', 'empty_moov+frag_keyframe']],
    ['Matroska', 'a.mkv', []],
    ['Flash', 'a.flv', []],
  ])('are found in %s', async (_name, file, args) => {
    const { warnings } = await inspect(await joinFiles([joined], file, ...args));
    expect(warnings).toEqual([expect.objectContaining({ code: 'colors_change' })]);
    expect(Math.abs((warnings[0]?.startMs ?? 0) - 1000)).toBeLessThan(50);
  });

  test('are found in MP4 with a sample entry for each', async () => {
    const make = (labels: Labels): Promise<Buffer> => makeWithFfmpeg('a.mp4', [...labeled(labels), '-bf', '0', '-video_track_timescale', '12800']);
    expect((await inspect(joinMovies(await make(BT_709), await make(PQ)))).warnings).toEqual([WARNING]);
  });

  test.each([
    ['H.265 in a transport stream', 'a.ts', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error']],
    ['AV1 in Matroska', 'a.mkv', ['-c:v', 'libaom-av1', '-cpu-used', '8']],
    ['VP9 in WebM', 'a.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8']],
    ['MPEG-2 in a program stream', 'a.mpg', ['-c:v', 'mpeg2video']],
  ])('are found in %s', async (_name, file, codec) => {
    const parts = await Promise.all([BT_709, PQ].map((labels) => makeWithFfmpeg(file, labeled(labels, 1.2, codec))));
    const whole = await joinFiles(parts, file);
    expect((await inspect(whole)).warnings).toContainEqual(expect.objectContaining({ code: 'colors_change' }));
  });
});
