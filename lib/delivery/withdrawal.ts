import { Duration } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnSubscription, FilterOrPolicy, type ITopic, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { WithdrawalEnv } from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { allow } from '../foundation/allow.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { URGENT_CONSUMER_TIMEOUT, WorkQueue } from '../foundation/work-queue.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import { GraceEnds } from './grace-ends.ts';

export interface WithdrawalProps {
  /** Bucket that holds encodes. */
  readonly output: OutputBucket;
  /** Catalog that records withdrawals and superseded revisions. */
  readonly catalog: Catalog;
  /** Distribution that caches their media. */
  readonly distribution: Distribution;
  /** Topic of the outcomes of uploads, one of which may supersede a revision. */
  readonly videoEvents: ITopic;
  /** How long superseded revisions stay served, and what happens to them then. */
  readonly settings: Config['delivery'];
  /** Maximum concurrent invocations; each message takes about a second, and must take effect within a minute. */
  readonly maxConcurrency: number;
  /** Id of the deployment, the dimension of its metrics. */
  readonly deployment: string;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Delay of the message that repeats an invalidation of media, the longest that SQS has. */
const MAX_DELAY = Duration.minutes(15);

/**
 * Withdraws and publishes videos, and retires superseded revisions: tags of objects and cached copies. A failed message is
 * retried after 55 seconds, and within seconds after an error that will pass.
 */
export class Withdrawal extends Construct {
  readonly work: WorkQueue;
  readonly graceEnds: GraceEnds;

  constructor(scope: Construct, id: string, props: WithdrawalProps) {
    super(scope, id);
    const { distributionArn, distributionId } = props.distribution;
    this.work = new WorkQueue(this, 'Work', { isUrgent: true, maxDelay: MAX_DELAY });
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'withdrawal',
      description: 'Withdraws and publishes videos, and retires superseded revisions',
      timeout: URGENT_CONSUMER_TIMEOUT,
      environment: {
        DISTRIBUTION_ID: distributionId,
        SUPERSEDED_GRACE_MINUTES: String(props.settings.supersededGraceMinutes),
        AFTER_GRACE: props.settings.afterGrace,
      } satisfies Environment<Pick<WithdrawalEnv, 'DISTRIBUTION_ID' | 'SUPERSEDED_GRACE_MINUTES' | 'AFTER_GRACE'>>,
    });
    props.catalog.grantAccess(fn, 'chain');
    props.output.grantWithdraw(fn);
    props.output.grantPoint(fn);
    allow(fn.role, { actions: ['cloudfront:CreateInvalidation'], resources: [distributionArn] });
    // For the repetition of each invalidation.
    this.work.grantSend(fn, 'WITHDRAWALS_QUEUE_URL' satisfies keyof WithdrawalEnv);
    this.graceEnds = new GraceEnds(this, 'GraceEnds', this.work);
    this.graceEnds.grantSet(fn);
    this.#subscribe(props.videoEvents);
    this.work.feed(fn, { maxConcurrency: props.maxConcurrency, deployment: props.deployment });
    this.work.feedDeadLetters(fn);
  }

  /**
   * Queues only events that need work: of a revision that may replace another, or of a withdrawn video. The CDK has no
   * alternatives in a filter policy.
   * https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html
   */
  #subscribe(videoEvents: ITopic): void {
    const type = SubscriptionFilter.stringFilter({ allowlist: ['video.ready'] });
    const subscription = videoEvents.addSubscription(
      new SqsSubscription(this.work.queue, {
        rawMessageDelivery: true,
        filterPolicyWithMessageBody: { type: FilterOrPolicy.filter(type) },
        deadLetterQueue: this.work.deadLetters,
      }),
    );
    const resource = subscription.node.defaultChild;
    if (!(resource instanceof CfnSubscription)) throw new Error('The subscription has no CfnSubscription to filter.');
    resource.filterPolicy = {
      type: ['video.ready'],
      $or: [{ revision: [{ numeric: ['>', 1] }] }, { withdrawn: [true] }],
    };
  }
}
