import { jobSettings } from '../../../lambdas/transcode/job-settings.ts';
import { planLadder } from '../../../media/ladder/plan-ladder.ts';
import type { SourceAudioTrack, SourceVideo } from '../../../media/ladder/source-video.ts';
import { findJobProblems } from '../../support/chain/find-job-problems.ts';

const metadata = {
  deployment: 'SluicePipeline',
  videoId: '0197b1a0-0000-7000-8000-000000000001',
  revisionId: '0197b1a0-0000-7000-8000-000000000002',
  revision: '3',
  attemptId: 'abcdefgh12345678',
};

type Options = Partial<Pick<Parameters<typeof jobSettings>[0], 'qualityTuning'>> & { maxShortSide?: number; key?: string };

function makeJob(video: Partial<SourceVideo> = {}, { maxShortSide = 1080, key = 'movie.mp4', ...rest }: Options = {}) {
  const source = {
    width: 1920,
    height: 1080,
    frameRate: { numerator: 25, denominator: 1 },
    durationSeconds: 60,
    audioTracks: [],
    ...video,
  };
  return jobSettings({
    ladder: planLadder(source, { maxShortSide }),
    source: { bucket: 'uploads', key },
    outputBucket: 'videos',
    queueArn: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/q',
    roleArn: 'arn:aws:iam::000000000000:role/encoder',
    metadata,
    ...rest,
  });
}

const SIZES: readonly (readonly [number, number])[] = [
  [32, 32],
  [33, 47],
  [64, 4096],
  [128, 96],
  [176, 144],
  [320, 180],
  [641, 361],
  [640, 480],
  [720, 576],
  [1080, 1920],
  [1279, 719],
  [1920, 1080],
  [2048, 858],
  [2560, 1440],
  [3840, 2160],
  [4096, 2304],
  [7680, 4320],
];
const RATES: readonly (readonly [number, number])[] = [
  [1, 10],
  [1, 1],
  [12_000, 1001],
  [24_000, 1001],
  [24, 1],
  [25, 1],
  [30_000, 1001],
  [48, 1],
  [50, 1],
  [60_000, 1001],
  [120, 1],
  [240, 1],
  [1_000_000, 33_333],
];
const AUDIO: readonly (readonly SourceAudioTrack[])[] = [
  [],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 10, 16].map((channels) => [{ channels }]),
  [
    { channels: 2, language: 'eng' },
    { channels: 6, language: 'fra', isDefault: true },
    { channels: 1, language: 'kor' },
    { channels: 2 },
  ],
  Array.from({ length: 12 }, (_, index) => ({ channels: index + 1, number: index + 1, language: 'qaa' })),
  ['nld', 'dut', 'zxx', 'mul', 'ger', 'chi', 'xyz'].map((language) => ({ channels: 2, language })),
];
const COLORS: readonly Partial<SourceVideo>[] = [
  { transferCharacteristics: 'SMPTE_2084' },
  { transferCharacteristics: 'ARIB_B67' },
  { fullRange: true },
  { fullRange: true, transferCharacteristics: 'SMPTE_2084' },
];

describe('the job is valid by MediaConvert’s API model and rules', () => {
  test.each(SIZES)('for a video of %d×%d, rotated, interlaced and with other pixels too', (width, height) => {
    const rotated = ([0, 90, 180, 270] as const).flatMap((rotation) =>
      [false, true].map((automaticRotation) => makeJob({ width, height, rotation, automaticRotation })),
    );
    const stretched = width > 64 ? [makeJob({ width, height, pixelAspect: { horizontal: 16, vertical: 15 } })] : [];
    expect(findJobProblems(...rotated, ...stretched, makeJob({ width, height, interlaced: true, pictureChanges: true }))).toEqual(
      [],
    );
  });

  test.each(RATES)('for %d/%d frames per second, constant and variable, of every duration', (numerator, denominator) => {
    const jobs = [0.04, 0.5, 1, 5.9, 61.3, 3600, 86_400].flatMap((durationSeconds) =>
      [false, true].map((variableFrameRate) =>
        makeJob({
          frameRate: { numerator, denominator },
          variableFrameRate,
          durationSeconds,
          audioTracks: [{ channels: 2 }],
        }),
      ),
    );
    expect(findJobProblems(...jobs)).toEqual([]);
  });

  test('for a video of unknown frame rate', () => {
    expect(findJobProblems(makeJob({ frameRate: undefined as never }))).toEqual([]);
  });

  test.each(
    AUDIO.map(
      (audioTracks) =>
        [JSON.stringify(audioTracks.map(({ channels, language }) => language ?? channels)), audioTracks] as const,
    ),
  )('for the sound tracks %s', (_name, audioTracks) => expect(findJobProblems(makeJob({ audioTracks }))).toEqual([]));

  test.each(COLORS)('for the color %j', (color) => {
    expect(findJobProblems(makeJob({ ...color, interlaced: true }), makeJob({ ...color, width: 720, height: 576 }))).toEqual([]);
  });

  test.each([144, 240, 480, 720, 1080, 1440, 2160])('for a ladder up to %dp, at each quality', (maxShortSide) => {
    const jobs = (['SINGLE_PASS', 'SINGLE_PASS_HQ', 'MULTI_PASS_HQ'] as const).map((qualityTuning) =>
      makeJob({ width: 3840, height: 2160, audioTracks: [{ channels: 6 }] }, { maxShortSide, qualityTuning }),
    );
    expect(findJobProblems(...jobs)).toEqual([]);
  });

  test.each(['a', '한글 100%+.mp4', 'a//b', 'x'.repeat(1024), 'line\nbreak', 'a/./b', '?.mp4', '#&=', 'ends with space '])(
    'for the key %j',
    (key) => {
      expect(findJobProblems(makeJob({}, { key }))).toEqual([]);
    },
  );
});

test('a job that violates a rule is found', () => {
  const { Settings, ...rest } = makeJob({ audioTracks: [{ channels: 2 }] });
  expect(findJobProblems({ ...rest, Settings: { ...Settings, FollowSource: 0 } })[0]).toBe(
    '/Settings/FollowSource: Should be at least 1',
  );
  expect(findJobProblems({ ...rest, Settings, UserMetadata: { a: 'b&c' } })).toContain(
    'metadata of up to 256 characters without & and %',
  );
  expect(findJobProblems({ ...rest, Settings: { ...Settings, OutputGroups: Settings?.OutputGroups?.slice(1) } })).toContain(
    'a video output beside frame captures',
  );
});
