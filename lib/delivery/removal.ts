import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { RemovalEnv } from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { URGENT_CONSUMER_TIMEOUT, WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';

export interface RemovalProps {
  /** Bucket that holds sources. */
  readonly source: SourceBucket;
  /** Bucket that holds encodes. */
  readonly output: OutputBucket;
  /** Catalog that records the deleted videos. */
  readonly catalog: Catalog;
  /** Queue of completion, which cancels the jobs of a deleted video. */
  readonly completion: WorkQueue;
  /** Queue that repeats its invalidations. */
  readonly withdrawals: WorkQueue;
  /** Distribution that caches their media. */
  readonly distribution: Distribution;
  /** Maximum concurrent invocations; each message takes about a second, and must take effect within a minute. */
  readonly maxConcurrency: number;
  /** Id of the deployment, the dimension of its metrics. */
  readonly deployment: string;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/**
 * Removes everything that belongs to a deleted video: objects in both buckets, catalog records and cached copies. A
 * failed removal is retried after 55 seconds, since playlists must be gone within a minute, and within seconds after an error
 * that will pass.
 */
export class Removal extends Construct {
  readonly work: WorkQueue;

  constructor(scope: Construct, id: string, props: RemovalProps) {
    super(scope, id);
    const { distributionArn, distributionId } = props.distribution;
    this.work = new WorkQueue(this, 'Work', { isUrgent: true });
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'removal',
      description: 'Removes everything that belongs to a deleted video',
      timeout: URGENT_CONSUMER_TIMEOUT,
      environment: { DISTRIBUTION_ID: distributionId } satisfies Environment<Pick<RemovalEnv, 'DISTRIBUTION_ID'>>,
    });
    props.catalog.grantAccess(fn, 'chain');
    props.source.grantRemove(fn.role);
    props.output.grantRemove(fn);
    props.output.grantPoint(fn);
    props.completion.grantSend(fn, 'COMPLETION_QUEUE_URL' satisfies keyof RemovalEnv);
    props.withdrawals.grantSend(fn, 'WITHDRAWALS_QUEUE_URL' satisfies keyof RemovalEnv);
    allow(fn.role, { actions: ['cloudfront:CreateInvalidation'], resources: [distributionArn] });
    this.work.feed(fn, { maxConcurrency: props.maxConcurrency, deployment: props.deployment });
    this.work.feedDeadLetters(fn);
  }
}
