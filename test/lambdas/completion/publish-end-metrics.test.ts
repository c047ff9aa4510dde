import { publishEndMetrics } from '../../../lambdas/completion/publish-end-metrics.ts';

const CREATED_AT = new Date('2026-11-30T22:00:00Z');
const ENDED_AT = new Date('2026-11-30T22:01:30Z');

test.each([
  ['ready', null, [['VideosReady', 1], ['TimeToReady', 90, { revisionId: 'a' }]]],
  ['failed', 'encoder_error', [['VideosFailed', 1, { revisionId: 'a', code: 'encoder_error' }]]],
  ['rejected', 'not_a_video', [['VideosRejected', 1, { revisionId: 'a', code: 'not_a_video' }]]],
  ['superseded', null, []],
  ['deleted', null, []],
] as const)('a %s revision has its own metrics', (status, code, metrics) => {
  const published: unknown[][] = [];
  const publish = (...metric: unknown[]): void => void published.push(metric);
  publishEndMetrics(publish, { id: 'a', status, code, createdAt: CREATED_AT, endedAt: ENDED_AT });
  expect(published).toEqual(metrics);
});
