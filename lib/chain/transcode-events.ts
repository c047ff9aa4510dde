import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { FilterOrPolicy, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { JobStateChange } from '../../lambdas/contracts/job-state-change.ts';
import { EventTopic } from '../foundation/event-topic.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import type { Encoder } from './encoder.ts';

type Status = JobStateChange['detail']['status'];

/** Job states that some function acts on; any other would only invoke functions for nothing. */
const STATUSES: readonly Status[] = ['PROGRESSING', 'STATUS_UPDATE', 'COMPLETE', 'ERROR', 'CANCELED'];

export interface TranscodeEventsProps {
  /** Encoder whose jobs are followed. */
  readonly encoder: Encoder;
  /** Queue for events that EventBridge could not publish. */
  readonly undelivered: IQueue;
}

/**
 * States of jobs: from MediaConvert through the event bus to the topic `transcode-events`.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/eventbridge_events.html
 */
export class TranscodeEvents extends Construct {
  readonly topic: EventTopic;

  constructor(scope: Construct, id: string, props: TranscodeEventsProps) {
    super(scope, id);
    this.topic = new EventTopic(this, 'Topic', 'Sluice: states of encoding jobs');
    new Rule(this, 'JobStateChange', {
      description: 'State changes of the encoding jobs of this deployment',
      eventPattern: {
        source: ['aws.mediaconvert'],
        detailType: ['MediaConvert Job State Change'],
        detail: { userMetadata: { deployment: [props.encoder.deployment] }, status: [...STATUSES] },
      },
      // By a role, which AWS recommends for every target: EventBridge supports no condition in a topic's policy, so that
      // admitting it there would admit the rules of every account.
      // https://aws.amazon.com/about-aws/whats-new/2025/03/amazon-eventbridge-iam-execution-role-all-targets/
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
      targets: [new SnsTopic(this.topic, { authorizeUsingRole: true, deadLetterQueue: props.undelivered })],
    });
  }

  /** Queues the events of some states without SNS's envelope. */
  queueTo(work: WorkQueue, statuses: readonly Status[]): void {
    const status = SubscriptionFilter.stringFilter({ allowlist: [...statuses] });
    this.topic.addSubscription(
      new SqsSubscription(work.queue, {
        rawMessageDelivery: true,
        filterPolicyWithMessageBody: { detail: FilterOrPolicy.policy({ status: FilterOrPolicy.filter(status) }) },
        deadLetterQueue: work.deadLetters,
      }),
    );
  }
}
