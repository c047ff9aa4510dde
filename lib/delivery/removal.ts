import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { RemovalEnv } from '../../lambdas/removal/env.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { CONSUMER_TIMEOUT, type FeedProps, WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';

export interface RemovalProps {
  /** Where sources lie. */
  readonly source: SourceBucket;
  /** Where encodes lie. */
  readonly output: OutputBucket;
  /** What is known of them. */
  readonly catalog: Catalog;
  /** Stops the jobs of a deleted video. */
  readonly completion: WorkQueue;
  /** Keeps copies of what was delivered. */
  readonly distribution: Distribution;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

const FEED: FeedProps = { maxConcurrency: 5 };

/**
 * Where deleted videos go: everything of one, in both buckets, the catalog and at the edge. What could not be removed is
 * tried again six minutes later, and what the queue has given up as often again until it is two weeks old: a copy that
 * somebody wanted gone stays for no lesser reason.
 */
export class Removal extends Construct {
  readonly work: WorkQueue;

  constructor(scope: Construct, id: string, props: RemovalProps) {
    super(scope, id);
    const { distributionArn, distributionId } = props.distribution;
    this.work = new WorkQueue(this, 'Work');
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'removal',
      description: 'Removes everything of a deleted video',
      timeout: CONSUMER_TIMEOUT,
      environment: { DISTRIBUTION_ID: distributionId } satisfies Environment<Pick<RemovalEnv, 'DISTRIBUTION_ID'>>,
    });
    props.catalog.grantAccess(fn);
    props.source.grantRemove(fn.role);
    props.output.grantRemove(fn);
    props.completion.grantSend(fn, 'COMPLETION_QUEUE_URL' satisfies keyof RemovalEnv);
    allow(fn.role, { actions: ['cloudfront:CreateInvalidation'], resources: [distributionArn] });
    this.work.feed(fn, FEED);
    this.work.feedDeadLetters(fn, FEED);
  }
}
