import { RateMeter, estimateSecondsLeft } from '../../../web/uploads/rate-meter.ts';

describe('RateMeter', () => {
  test('reports no rate and no time left before enough is known', () => {
    const meter = new RateMeter();
    expect(meter.bytesPerSecond(0)).toBeNull();
    meter.record(0, 0);
    meter.record(300, 5000);
    expect(meter.bytesPerSecond(300)).toBeNull();
    expect(estimateSecondsLeft(100, null)).toBeNull();
    expect(estimateSecondsLeft(100, 0)).toBeNull();
  });

  test('measures the last seconds, not the whole time', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 20; second++) meter.record(second * 1000, second * 100);
    const before = 2000;
    for (let second = 21; second <= 30; second++) meter.record(second * 1000, before + (second - 20) * 1000);
    expect(meter.bytesPerSecond(30_000)).toBe(1000);
    expect(estimateSecondsLeft(5000, 1000)).toBe(5);
  });

  test('stays positive when a part restarts', () => {
    const meter = new RateMeter();
    meter.record(0, 0);
    meter.record(1000, 1000);
    meter.record(2000, 0);
    meter.record(3000, 1000);
    expect(meter.bytesPerSecond(3000)).toBeCloseTo(666.67, 1);
  });

  test('falls during a stall', () => {
    const meter = new RateMeter();
    meter.record(0, 0);
    meter.record(1000, 1000);
    expect(meter.bytesPerSecond(4000)).toBe(250);
    expect(meter.bytesPerSecond(9001)).toBe(0);
    meter.record(60_000, 1000);
    meter.record(61_000, 5000);
    expect(meter.bytesPerSecond(61_000)).toBe(4000);
  });

  test('reports no stall before the first byte', () => {
    const meter = new RateMeter();
    meter.record(0, 0);
    expect(meter.bytesPerSecond(5000)).toBeNull();
  });
});
