import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SluiceFunction } from './sluice-function.ts';
import { allow } from './allow.ts';

/** How long a function fed by a queue may take for a batch; what takes longer is a job whose end is an event. */
export const CONSUMER_TIMEOUT = Duration.seconds(60);

/**
 * Six times the consumer's timeout, so that Lambda can try a throttled batch again before the queue hands it out anew.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * CONSUMER_TIMEOUT.toSeconds());

/** The longest that SQS keeps a message; a dead letter's age counts from when it was first sent. */
const DEAD_LETTER_RETENTION = Duration.days(14);

export interface WorkQueueProps {
  /** How often a message is handed out before it is a dead letter. @default 5 */
  readonly maxReceiveCount?: number;
}

export interface FeedProps {
  /** Most messages in one invocation. @default 1 */
  readonly batchSize?: number;
  /** Most invocations at once; it takes nothing from the account's other functions, as a reservation would. */
  readonly maxConcurrency: number;
}

/** Work for one function: a queue, and beside it the queue of what could not be done. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps = {}) {
    super(scope, id);
    // SQS's own encryption: EventBridge and SNS may send to it without a key policy.
    const common = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: DEAD_LETTER_RETENTION });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      retentionPeriod: Duration.days(7),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
  }

  /** Hands the queue's messages to a function. */
  feed(fn: SluiceFunction, props: FeedProps): void {
    consume(this.queue, fn, props);
  }

  /** Hands to a function what another one could not do. */
  feedDeadLetters(fn: SluiceFunction, props: FeedProps): void {
    consume(this.deadLetters, fn, props);
  }

  /** Lets a function send work, and says where to. */
  grantSend(fn: SluiceFunction, variable: string): void {
    allow(fn.role, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
    fn.addVariables({ [variable]: this.queue.queueUrl });
  }
}

function consume(queue: Queue, fn: SluiceFunction, { batchSize = 1, maxConcurrency }: FeedProps): void {
  fn.addEventSource(new SqsEventSource(queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }));
}
