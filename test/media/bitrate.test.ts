import { averageBitrate, maxSegmentBitrate, peakSegmentBitrate, targetDuration } from '../../media/bitrate.ts';

describe('bit rates', () => {
  const segment = (size: number, durationSeconds: number) => ({ size, durationSeconds });

  test('takes the maximum from the segment with the highest bit rate and the average from all', () => {
    const segments = [segment(750_000, 6), segment(1_500_000, 6), segment(300_000, 6)];
    expect([maxSegmentBitrate(segments), averageBitrate(segments)]).toEqual([2_000_000, 1_133_334]);
  });

  test('takes the HLS peak from runs of about the target duration, so that a short last segment counts with those before it', () => {
    const stub = [segment(750_000, 6), segment(450_000, 6), segment(250_000, 1)];
    expect(maxSegmentBitrate(stub)).toBe(2_000_000);
    expect(peakSegmentBitrate(stub, 6)).toBe(1_000_000);
    expect(peakSegmentBitrate([segment(450_000, 6), segment(750_000, 1)], 6)).toBe(1_371_429);
    expect(peakSegmentBitrate([segment(50_000, 0.4)], 1)).toBe(1_000_000);
  });

  test('rounds the target duration up, to at least a second', () => {
    expect(targetDuration([segment(1, 6.006)])).toBe(6);
    expect(targetDuration([segment(1, 4), segment(1, 6.5)])).toBe(7);
    expect(targetDuration([segment(1, 6.006)], 'up')).toBe(7);
    expect(targetDuration([segment(1, 6)])).toBe(6);
    expect(targetDuration([segment(1, 0.04)])).toBe(1);
  });
});
