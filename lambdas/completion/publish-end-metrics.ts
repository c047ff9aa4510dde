import type { Revision } from '../../catalog/schema/index.ts';
import type { PublishMetric } from '../chain/publish-metric.ts';

/** Publishes the metrics of a revision that has ended; superseded and deleted ones have none. */
export function publishEndMetrics(
  publishMetric: PublishMetric,
  { id: revisionId, status, code, createdAt, endedAt }: Pick<Revision, 'code' | 'createdAt' | 'endedAt' | 'id' | 'status'>,
): void {
  if (status === 'ready') {
    publishMetric('VideosReady', 1);
    publishMetric('TimeToReady', ((endedAt ?? new Date()).getTime() - createdAt.getTime()) / 1000, { revisionId });
  }
  const reason = { revisionId, code: code ?? 'unknown' };
  if (status === 'failed') publishMetric('VideosFailed', 1, reason);
  if (status === 'rejected') publishMetric('VideosRejected', 1, reason);
}
