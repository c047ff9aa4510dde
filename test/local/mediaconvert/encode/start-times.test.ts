import { deriveStartTimes, padStarts } from '../../../../local/mediaconvert/encode/start-times.ts';

function startTimesOf(...gaps: number[]) {
  const { videoSeconds, audio } = deriveStartTimes(new Map(gaps.map((gap, index) => [index + 1, gap])));
  return {
    videoSeconds,
    audio: [...audio.values()].map(({ startSeconds, silenceSeconds, trimSeconds }) => [
      startSeconds,
      silenceSeconds,
      trimSeconds,
    ]),
  };
}

test.each([
  ['audio and video together', [0], { videoSeconds: 0, audio: [[0, 0, 0]] }],
  ['a rounded millisecond apart', [0.001], { videoSeconds: 0, audio: [[0, 0, 0]] }],
  ['audio slightly late keeps its gap', [0.25], { videoSeconds: 0, audio: [[0.25, 0, 0]] }],
  ['audio slightly early delays the video', [-0.25], { videoSeconds: 0.25, audio: [[0, 0, 0]] }],
  ['audio long after the video is preceded by silence', [2], { videoSeconds: 0, audio: [[0, 2, 0]] }],
  ['audio long before the video is cut', [-2], { videoSeconds: 0, audio: [[0, 0, 2]] }],
  ['each track by itself', [-0.25, 0.125, 3], { videoSeconds: 0.25, audio: [[0, 0, 0], [0.375, 0, 0], [0.25, 3, 0]] }],
  ['no audio', [], { videoSeconds: 0, audio: [] }],
])('%s', (_name, gaps, expected) => {
  expect(startTimesOf(...gaps)).toEqual(expected);
});

describe('with a padded video of 25 frames per second', () => {
  test.each([
    ['everything together', [0], [0, 0], [0]],
    ['a rounded millisecond apart', [-0.001], [0, 0], [0]],
    ['audio that begins later is preceded by silence', [0.25], [0, 0], [0.25]],
    ['audio that begins long after the video', [30], [0, 0], [30]],
    ['audio that is earlier by less than a frame keeps its gap', [-0.02], [0.02, 0], [0]],
    ['audio that is earlier by five frames', [-0.2], [0, 5], [0]],
    ['audio that is earlier by a part of a frame more moves with the video', [-0.21], [0, 6], [0.03]],
    ['audio long before the video is kept', [-40], [0, 1000], [0]],
    ['each track by itself', [-0.2, 0.1, -0.02, 3], [0, 5], [0, 0.3, 0.18, 3.2]],
    ['no audio', [], [0, 0], []],
  ])('%s', (_name, gaps, [videoSeconds, blackFrames], silences) => {
    const starts = padStarts(new Map(gaps.map((gap, index) => [index, gap])), { numerator: 25, denominator: 1 });
    expect(starts).toMatchObject({ videoSeconds, blackFrames });
    const audio = [...starts.audio.values()];
    expect(audio.map(({ startSeconds, trimSeconds }) => startSeconds + trimSeconds)).toEqual(gaps.map(() => 0));
    for (const [index, { silenceSeconds }] of audio.entries()) expect(silenceSeconds).toBeCloseTo(silences[index] ?? NaN, 9);
  });

  test('pads a slow video with a whole frame even if the gap is shorter', () => {
    const starts = padStarts(new Map([[1, -0.3]]), { numerator: 1, denominator: 1 });
    expect(starts).toMatchObject({ videoSeconds: 0, blackFrames: 1 });
    expect(starts.audio.get(1)?.silenceSeconds).toBeCloseTo(0.7, 9);
  });
});
