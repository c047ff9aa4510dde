import { deriveStartTimes } from '../../../local/mediaconvert/start-times.ts';

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
