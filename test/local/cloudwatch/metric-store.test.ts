import { MetricStore } from '../../../local/cloudwatch/metric-store.ts';

const MINUTE_MS = 60_000;
const id = { namespace: 'Sluice', name: 'TimeToReady', dimensions: { service: 'School', step: 'all' } };

test('aggregates the values of whole minutes, without the last one', () => {
  const store = new MetricStore();
  for (const [minute, value] of [[0, 8], [1, 2], [1.5, 6], [3, 100]] as const) store.add(id, value, minute * MINUTE_MS);
  const of = (statistic: Parameters<MetricStore['aggregate']>[1]) => store.aggregate(id, statistic, 0, 3 * MINUTE_MS);
  expect([of('Sum'), of('SampleCount'), of('Minimum'), of('Maximum'), of('Average')]).toEqual([16, 3, 2, 8, 16 / 3]);
});

test('has no statistic without values, and tells metrics apart by their dimensions', () => {
  const store = new MetricStore();
  store.add({ ...id, dimensions: { service: 'Other', step: 'all' } }, 1, 0);
  store.add({ ...id, dimensions: { step: 'all', service: 'School' } }, 7, 0);
  expect(store.aggregate(id, 'Sum', 0, MINUTE_MS)).toBe(7);
  expect(store.aggregate(id, 'Sum', MINUTE_MS, 2 * MINUTE_MS)).toBeUndefined();
  expect(store.list()).toHaveLength(2);
});

test('forgets values older than two days', () => {
  const store = new MetricStore();
  store.add(id, 1, 0);
  store.add(id, 1, 2 * 24 * 60 * MINUTE_MS + MINUTE_MS);
  expect(store.aggregate(id, 'Sum', 0, MINUTE_MS)).toBeUndefined();
});
