import { TICKS_PER_SECOND } from '../../../media/mpeg-ts/clock.ts';
import { type ClockWindow, sampleClock } from '../../../media/mpeg-ts/sampled-clock.ts';

const WINDOW_BYTES = 256 * 1024;
const WRAP = 2 ** 33;

interface Part {
  readonly seconds: number;
  /** Bytes per second. */
  readonly rate: number;
  /** Time stamp at its start, seconds; by default it continues. */
  readonly from?: number;
}

/** Makes a file of parts with 25 time stamps per second, and counts the windows that are read of it. */
function fileOf(parts: readonly Part[]) {
  const frames: { offset: number; time: number }[] = [];
  let [offset, clock] = [0, 0];
  for (const { seconds, rate, from = clock } of parts) {
    for (let frame = 0; frame < seconds * 25; frame += 1) {
      frames.push({ offset: offset + (frame / 25) * rate, time: ((from + frame / 25) * TICKS_PER_SECOND) % WRAP });
    }
    offset += seconds * rate;
    clock = from + seconds;
  }
  let reads = 0;
  const readWindow = (start: number): Promise<ClockWindow> => {
    reads += 1;
    const end = start + WINDOW_BYTES;
    const times = frames.filter((frame) => frame.offset >= start && frame.offset < end).map(({ time }) => time);
    return Promise.resolve({ start, end, times });
  };
  return { size: offset, readWindow, countReads: () => reads };
}

const HD = 1_000_000;

test.each<[string, readonly Part[]]>([
  ['runs evenly', [{ seconds: 1200, rate: HD }]],
  ['wraps', [{ seconds: 1200, rate: HD, from: 95_000 }]],
  ['jumps forward by an hour', [{ seconds: 500, rate: HD }, { seconds: 700, rate: HD, from: 4100 }]],
  ['jumps to its start', [{ seconds: 600, rate: HD }, { seconds: 600, rate: HD, from: 0 }]],
  ['jumps forward and back', [{ seconds: 400, rate: HD }, { seconds: 400, rate: HD, from: 50_000 }, { seconds: 400, rate: HD, from: 10 }]],
  ['runs faster where the picture is simple', [{ seconds: 600, rate: HD }, { seconds: 600, rate: HD / 2 }]],
])('measures a long file whose clock %s by a part of it', async (_, parts) => {
  const { size, readWindow, countReads } = fileOf(parts);
  const length = await sampleClock(size, readWindow);
  expect((length?.ticks ?? 0) / TICKS_PER_SECOND).toBeGreaterThan(1200 * 0.99);
  expect((length?.ticks ?? 0) / TICKS_PER_SECOND).toBeLessThan(1200 * 1.01);
  expect((length?.minTicks ?? 0) / TICKS_PER_SECOND).toBeGreaterThan(1200 * 0.75);
  expect((length?.minTicks ?? 0) / TICKS_PER_SECOND).toBeLessThan(1200 * 1.005);
  expect(countReads()).toBeLessThan(80);
});

test('never counts a possible clock jump as certain', async () => {
  // Too many jumps to find each of them.
  const parts = Array.from({ length: 60 }, (_, index) => ({ seconds: 20, rate: HD, from: index * 500 }));
  const { size, readWindow, countReads } = fileOf(parts);
  const length = await sampleClock(size, readWindow);
  expect((length?.minTicks ?? 0) / TICKS_PER_SECOND).toBeLessThan(1200 * 1.01);
  expect(countReads()).toBeLessThan(80);
});

test('returns no length without timestamps', async () => {
  const empty = (start: number) => Promise.resolve({ start, end: start + WINDOW_BYTES, times: [] });
  expect(await sampleClock(100_000_000, empty)).toBeUndefined();
});
