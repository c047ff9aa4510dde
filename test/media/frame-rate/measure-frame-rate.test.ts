import { measureFrameRate } from '../../../media/frame-rate/measure-frame-rate.ts';
import { rational, valueOf } from '../../../media/rational.ts';

/** Makes the times of frames in milliseconds, rounded as Matroska rounds them. */
function milliseconds(count: number, fps: number, shown: (frame: number) => boolean = () => true): number[] {
  return Array.from({ length: count }, (_, frame) => frame).filter(shown).map((frame) => Math.round((frame * 1000) / fps));
}

/** Returns pseudo-random numbers from 0 to 1, the same at every run. */
function noise(): () => number {
  let state = 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

function measure(ticksPerSecond: number, ...stretches: number[][]) {
  const measured = measureFrameRate({ ticksPerSecond, stretches, complete: true });
  return measured && `${measured.frameRate.numerator}/${measured.frameRate.denominator}`;
}

function ntsc(numerator: number): number {
  return (numerator * 1000) / 1001;
}

describe('constant rates', () => {
  test.each([
    [5, '5/1'], [7.5, '15/2'], [10, '10/1'], [12, '12/1'], [12.5, '25/2'], [ntsc(15), '15000/1001'], [15, '15/1'],
    [ntsc(24), '24000/1001'], [24, '24/1'], [25, '25/1'], [ntsc(30), '30000/1001'], [30, '30/1'],
    [ntsc(48), '48000/1001'], [48, '48/1'], [50, '50/1'], [ntsc(60), '60000/1001'], [60, '60/1'], [90, '90/1'],
    [ntsc(120), '120000/1001'], [120, '120/1'], [240, '240/1'], [1, '1/1'], [0.2, '1/5'],
  ])('recognizes %d frames per second in whole milliseconds', (fps, expected) => {
    expect(measure(1000, milliseconds(Math.max(10, Math.ceil(fps * 5)), fps))).toBe(expected);
  });

  test.each([600, 1000, 90_000, 10_000_000])('recognizes 23.976 and 60 in ticks of 1/%d s', (timescale) => {
    const times = (fps: number) => Array.from({ length: 300 }, (_, frame) => Math.round((frame * timescale) / fps));
    expect(measure(timescale, times(ntsc(24)))).toBe('24000/1001');
    expect(measure(timescale, times(60))).toBe('60/1');
  });

  test('keeps an unusual rate, in a fraction of small terms', () => {
    const measured = measureFrameRate({ ticksPerSecond: 1000, stretches: [milliseconds(2000, 16.7)], complete: true });
    expect(measured && valueOf(measured.frameRate)).toBeCloseTo(16.7, 3);
    expect(measured?.frameRate.numerator).toBeLessThan(100_000);
  });

  test('keeps a rate whose clock is off by a third of a percent, with terms that CreateJob accepts', () => {
    const random = noise();
    const times = Array.from({ length: 2700 }, (_, frame) => Math.round(frame * 33_480 + random() * 300));
    const measured = measureFrameRate({ ticksPerSecond: 1_000_000, stretches: [times], complete: true });
    expect(measured && valueOf(measured.frameRate)).toBeCloseTo(1e6 / 33_480, 3);
    expect(measured?.frameRate.numerator).toBeLessThan(2 ** 31);
  });

  test.each([
    [25, '25/1'], [ntsc(30), '30000/1001'], [60, '60/1'],
  ])('ignores a first frame that a muxer made longer, in one second at %d per second', (fps, expected) => {
    const delay = 298;
    const frames = Array.from({ length: Math.round(fps) }, (_, frame) => Math.round((frame * 12_800) / fps));
    expect(measure(12_800, frames.map((time, frame) => (frame === 0 ? 0 : time + delay)))).toBe(expected);
  });

  test('ignores the duplicate first frames of a recorder', () => {
    expect(measure(1000, [...new Set([0, 0, ...milliseconds(300, 30)])])).toBe('30/1');
  });
});

describe('variable rates', () => {
  const random = noise();
  test.each([
    ['30 with dropped frames', milliseconds(600, 30, (frame) => frame % 7 !== 3), '30/1'],
    ['60 with dropped frames', milliseconds(600, 60, (frame) => frame % 11 > 2 || frame % 2 === 0), '60/1'],
    ['29.97 with dropped frames', milliseconds(900, ntsc(30), (frame) => frame % 8 !== 2), '30000/1001'],
    ['25 with jitter', milliseconds(400, 25).map((time) => time + Math.round(random() * 14)), '25/1'],
    ['30 with jitter', milliseconds(600, 30).map((time) => time + Math.round(random() * 12)), '30/1'],
    ['60 with jitter', milliseconds(600, 60).map((time) => time + Math.round(random() * 7)), '60/1'],
    ['a second of 60 between minutes of stills', [0, 20_000, 40_000, ...milliseconds(60, 60).map((time) => 60_000 + time), 90_000], '60/1'],
    ['films at 59.94, shown for two and three fields by turns', Array.from({ length: 240 }, (_, frame) => Math.round(Math.ceil(frame * 2.5) * 1001 / 60)), '24000/1001'],
    ['a recording that was paused', [...milliseconds(300, 30), ...milliseconds(300, 30).map((time) => time + 25_017)], '30/1'],
  ])('recognizes %s', (_name, times, expected) => {
    expect(measure(1000, times)).toBe(expected);
  });

  test('assumes no less than 30 for a track of which only still parts were read', () => {
    const stretches = [[0, 1000, 2000, 5000], [600_000, 600_500, 602_000]];
    const of = (complete: boolean) => measureFrameRate({ ticksPerSecond: 1000, stretches, complete })?.frameRate;
    expect(of(false)).toEqual(rational(30));
    expect(valueOf(of(true) ?? rational(60))).toBeLessThan(30);
  });
});

describe('a stated rate', () => {
  const of = (times: number[], stated: number) =>
    measureFrameRate({ ticksPerSecond: 1000, stretches: [times], complete: false }, rational(stated * 1e6, 1e6))?.frameRate;

  test('decides between rates that a few rounded times cannot tell apart', () => {
    const few = milliseconds(20, 60);
    expect(of(few, 60)).toEqual(rational(60));
    expect(measureFrameRate({ ticksPerSecond: 1000, stretches: [few], complete: false }, rational(60_000, 1001))?.frameRate)
      .toEqual(rational(60_000, 1001));
  });

  test.each([1000, 25, 30.303])('is ignored if the frames do not follow it: %d', (stated) => {
    expect(of(milliseconds(300, 30), stated)).toEqual(rational(30));
  });
});

test.each([[[]], [[[]]], [[[5]]]])('measures nothing without two frames: %j', (stretches) => {
  expect(measureFrameRate({ ticksPerSecond: 1000, stretches, complete: true })).toBeUndefined();
});
