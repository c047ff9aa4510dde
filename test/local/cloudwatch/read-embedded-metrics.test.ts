import { readEmbeddedMetrics } from '../../../local/cloudwatch/read-embedded-metrics.ts';

function line(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    _aws: {
      Timestamp: 1_000_000,
      CloudWatchMetrics: [
        { Namespace: 'Sluice', Dimensions: [['service']], Metrics: [{ Name: 'VideosReady', Unit: 'Count' }, { Name: 'TimeToReady' }] },
      ],
    },
    service: 'School',
    VideosReady: 1,
    TimeToReady: [3, 4],
    ...changes,
  });
}

test('reads one value for each metric, and several from a list', () => {
  const of = (name: string, value: number) => ({
    id: { namespace: 'Sluice', name, dimensions: { service: 'School' } },
    value,
    timeMs: 1_000_000,
  });
  expect(readEmbeddedMetrics(line())).toEqual([of('VideosReady', 1), of('TimeToReady', 3), of('TimeToReady', 4)]);
});

test.each([
  ['a plain line', 'CloudWatchMetrics were written'],
  ['a log of another function', JSON.stringify({ level: 'INFO', message: '"CloudWatchMetrics"' })],
  ['a line without the value of a dimension', line({ service: undefined })],
  ['values that are not numbers', line({ VideosReady: 'one', TimeToReady: null })],
])('reads nothing from %s', (_what, text) => {
  expect(readEmbeddedMetrics(text)).toEqual([]);
});
