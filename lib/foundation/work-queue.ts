import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SluiceFunction } from './sluice-function.ts';
import { allow } from './allow.ts';

/** Maximum time that a function fed by a queue takes for a batch; longer work is a job that ends with an event. */
export const CONSUMER_TIMEOUT = Duration.seconds(60);

/**
 * Six times the consumer's timeout, so that Lambda can retry a throttled batch before the queue delivers it again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * CONSUMER_TIMEOUT.toSeconds());

/** Maximum retention of SQS; the age of a dead letter counts from when it was first sent. */
const DEAD_LETTER_RETENTION = Duration.days(14);

export interface WorkQueueProps {
  /** Number of deliveries before a message becomes a dead letter. @default 5 */
  readonly maxReceiveCount?: number;
}

export interface FeedProps {
  /** Maximum messages per invocation. @default 1 */
  readonly batchSize?: number;
  /** Maximum concurrent invocations; unlike reserved concurrency, takes none from the account's other functions. */
  readonly maxConcurrency: number;
}

/** Queue of work for one function, with its dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps = {}) {
    super(scope, id);
    // SQS-managed encryption: EventBridge and SNS can send without a key policy.
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

  /** Delivers the queue's messages to a function. */
  feed(fn: SluiceFunction, props: FeedProps): void {
    consume(this.queue, fn, props);
  }

  /** Delivers the queue's dead letters to a function. */
  feedDeadLetters(fn: SluiceFunction, props: FeedProps): void {
    consume(this.deadLetters, fn, props);
  }

  /** Lets a function send work to the queue, and names the queue in the environment variable `variable`. */
  grantSend(fn: SluiceFunction, variable: string): void {
    allow(fn.role, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
    fn.addVariables({ [variable]: this.queue.queueUrl });
  }
}

function consume(queue: Queue, fn: SluiceFunction, { batchSize = 1, maxConcurrency }: FeedProps): void {
  fn.addEventSource(new SqsEventSource(queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }));
}
