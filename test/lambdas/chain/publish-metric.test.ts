import { metricPublisher } from '../../../lambdas/chain/publish-metric.ts';
import { readEmbeddedMetrics } from '../../../local/cloudwatch/read-embedded-metrics.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

test('writes each value as a line that CloudWatch reads, with the deployment as its only dimension', () => {
  const publish = metricPublisher('SchoolPipeline');
  publish('VideosReady', 1);
  publish('UnfinishedAge', 90.5, { revisionId: 'a' });
  jest.restoreAllMocks();
  const of = (name: string, value: number) => ({
    id: { namespace: 'Sluice', name, dimensions: { service: 'SchoolPipeline' } },
    value,
    timeMs: expect.any(Number) as number,
  });
  expect(lines.map(readEmbeddedMetrics)).toEqual([[of('VideosReady', 1)], [of('UnfinishedAge', 90.5)]]);
});

test('writes properties beside their own value only', () => {
  const publish = metricPublisher('SchoolPipeline');
  publish('VideosFailed', 1, { revisionId: 'a', code: 'encoder_error' });
  publish('VideosReady', 1);
  jest.restoreAllMocks();
  const [failed, ready] = lines.map((line) => JSON.parse(line) as object);
  expect(failed).toMatchObject({ VideosFailed: 1, revisionId: 'a', code: 'encoder_error', service: 'SchoolPipeline' });
  expect(ready).not.toHaveProperty('code');
});
