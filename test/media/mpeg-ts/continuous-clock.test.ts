import { alignClock, type ClockReading } from '../../../media/mpeg-ts/continuous-clock.ts';
import { TICKS_PER_SECOND } from '../../../media/mpeg-ts/clock.ts';

const WRAP = 2 ** 33;
const [VIDEO, SOUND] = [256, 257];
const [FRAME, PACKET] = [0.04, 0.16];

interface Timed extends ClockReading {
  /** Place of the timestamp within its part, seconds. */
  readonly at: number;
}

/** Lists the timestamps of a recording in the order of a file, in which sound is stored earlier or later than video. */
function part(fromSeconds: number, seconds: number, { lead = 0, kinds = [VIDEO, SOUND] } = {}): Timed[] {
  const times = (step: number): number[] => Array.from({ length: Math.round(seconds / step) }, (_, index) => index * step);
  const readings = kinds.flatMap((stream) =>
    times(stream === VIDEO ? FRAME : PACKET).map((at) => ({ stream, at, position: at - (stream === SOUND ? lead : 0) })),
  );
  return readings
    .toSorted((a, b) => a.position - b.position)
    .map(({ stream, at }) => {
      const ticks = Math.round((fromSeconds + at) * TICKS_PER_SECOND) % WRAP;
      return { stream, at, ticks, isSound: stream === SOUND, frames: stream === SOUND ? 5 : undefined };
    });
}

/** Returns where each part lies after alignment, in seconds from the first one: once if all of its streams agree. */
function placesOf(parts: readonly (readonly Timed[])[]): number[][] {
  const { offsets } = alignClock(parts.flat());
  let index = 0;
  const origin = (parts[0]?.[0]?.ticks ?? 0) - Math.round((parts[0]?.[0]?.at ?? 0) * TICKS_PER_SECOND);
  return parts.map((ofPart) => {
    const places = ofPart.map(({ ticks, at }) => {
      const place = (ticks + (offsets[index] ?? 0) - origin) / TICKS_PER_SECOND - at;
      index += 1;
      return Math.round(place * 100) / 100;
    });
    return [...new Set(places)];
  });
}

test.each([
  ['jumps back', [100, 50, 10]],
  ['jumps back by less than a second', [10, 17.5, 25]],
  ['starts again', [10, 10, 10, 10]],
  ['jumps forward', [10, 100, 1000]],
  ['wraps between two jumps', [95_440, 50, 95_440]],
  ['runs on', [10, 18, 26]],
])('streams keep their distances where a clock %s', (_name, starts) => {
  const expected = starts.map((_start, index) => [8 * index]);
  for (const lead of [0, 0.5, -0.5]) expect(placesOf(starts.map((start) => part(start, 8, { lead })))).toEqual(expected);
});

test('counts jumps, but no wraps and no gaps', () => {
  expect(alignClock([...part(95_440, 8), ...part(95_450, 8)]).jumps).toBe(0);
  expect(alignClock([...part(0, 8), ...part(50, 8), ...part(8, 8)]).jumps).toBe(2);
});

test('continues after the longest stream', () => {
  expect(placesOf([part(0, 8), part(8, 3.2, { kinds: [SOUND] }), part(0, 8)])).toEqual([[0], [8], [11.2]]);
});

test('places a part of one stream where the file has it', () => {
  expect(placesOf([part(0, 8), part(500, 8, { kinds: [VIDEO] }), part(40, 8)])).toEqual([[0], [8], [16]]);
});

test('a single damaged timestamp moves no other', () => {
  const readings = part(10, 8).map((reading, index) => (index === 60 ? { ...reading, ticks: reading.ticks + 7e6 } : reading));
  const { offsets, jumps } = alignClock(readings);
  expect(jumps).toBe(0);
  expect(new Set(offsets.filter((_, index) => index !== 60))).toEqual(new Set([0]));
});

test('takes reordered frames without decoding times for no jumps', () => {
  const order = [0, 12, 4, 8];
  const readings = Array.from({ length: 40 }, (_, group) => order.map((frame) => (group * 16 + frame) * FRAME))
    .flat()
    .map((seconds) => ({ stream: VIDEO, isSound: false, ticks: Math.round(seconds * TICKS_PER_SECOND) }));
  expect(alignClock(readings)).toEqual({ offsets: readings.map(() => 0), jumps: 0 });
});
