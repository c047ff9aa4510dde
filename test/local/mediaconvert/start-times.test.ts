import { startTimes } from '../../../local/mediaconvert/start-times.ts';

function of(...gaps: number[]) {
  const { videoSeconds, audio } = startTimes(new Map(gaps.map((gap, index) => [index + 1, gap])));
  return { videoSeconds, audio: [...audio.values()].map(({ startSeconds, silenceSeconds, trimSeconds }) => [startSeconds, silenceSeconds, trimSeconds]) };
}

test.each([
  ['together', [0], { videoSeconds: 0, audio: [[0, 0, 0]] }],
  ['a rounded millisecond apart', [0.001], { videoSeconds: 0, audio: [[0, 0, 0]] }],
  ['sound a little late keeps its gap', [0.25], { videoSeconds: 0, audio: [[0.25, 0, 0]] }],
  ['sound a little early: the picture starts later', [-0.25], { videoSeconds: 0.25, audio: [[0, 0, 0]] }],
  ['sound long after the picture is led by silence', [2], { videoSeconds: 0, audio: [[0, 2, 0]] }],
  ['sound long before the picture is cut', [-2], { videoSeconds: 0, audio: [[0, 0, 2]] }],
  ['each track for itself', [-0.25, 0.125, 3], { videoSeconds: 0.25, audio: [[0, 0, 0], [0.375, 0, 0], [0.25, 3, 0]] }],
  ['no sound', [], { videoSeconds: 0, audio: [] }],
])('%s', (_name, gaps, expected) => {
  expect(of(...gaps)).toEqual(expected);
});
