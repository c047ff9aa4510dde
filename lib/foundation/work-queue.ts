import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ConsumerEnv } from '../../lambdas/contracts/environment.ts';
import type { Environment, SluiceFunction } from './sluice-function.ts';
import { allow } from './allow.ts';

/** Maximum time that a function fed by a queue takes for a batch; longer work is a job that ends with an event. */
export const CONSUMER_TIMEOUT = Duration.seconds(60);

/**
 * Six times the consumer's timeout, so that Lambda can retry a throttled batch before the queue delivers it again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * CONSUMER_TIMEOUT.toSeconds());

/** Maximum time that a function fed by an urgent queue takes for a batch: enough to wait for a paused catalog. */
export const URGENT_CONSUMER_TIMEOUT = Duration.seconds(50);

/**
 * Less than AWS recommends, so that urgent work that fails once still takes effect within a minute. A batch that Lambda
 * throttles may therefore be delivered twice.
 */
const URGENT_VISIBILITY_TIMEOUT = Duration.seconds(55);

/**
 * Age at which a message has failed twice, and before its third delivery, from which on SQS leaves it out of the age of the
 * oldest message: "three or more times" by one sentence of the page, "more than three" by another.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const MAX_AGE = Duration.minutes(10);

/** The time within which urgent work must take effect; its third delivery follows 110 seconds after the first. */
const URGENT_MAX_AGE = Duration.minutes(1);

/** Maximum retention of SQS; the age of a dead letter counts from when it was first sent. */
const DEAD_LETTER_RETENTION = Duration.days(14);

/**
 * Maximum of SQS, about four days of deliveries: a delivery counts even if Lambda throttled the function throughout. How
 * often work may fail is counted by the work itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
 */
const MAX_RECEIVES = 1000;

/** Minimum of an event source, enough for the few messages that become dead letters. */
const DEAD_LETTER_CONCURRENCY = 2;

export interface WorkQueueProps {
  /** Queue of dead letters, shared with other work. @default a queue of its own */
  readonly deadLetters?: Queue;
  /**
   * Whether a failed message is delivered again after 55 seconds instead of six minutes; its function must end within
   * `URGENT_CONSUMER_TIMEOUT`. Dead letters are delivered every six minutes nonetheless. @default false
   */
  readonly isUrgent?: boolean;
  /** Maximum delay with which messages are sent. @default none */
  readonly maxDelay?: Duration;
}

export interface FeedProps {
  /** Maximum messages per invocation. @default 1 */
  readonly batchSize?: number;
  /** Maximum concurrent invocations; unlike reserved concurrency, takes none from the account's other functions. */
  readonly maxConcurrency: number;
  /** Id of the deployment, the dimension of the function's metrics. */
  readonly deployment: string;
}

/** Queue of work for one function, with a dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Age of the oldest message that raises an alarm. */
  readonly maxAge: Duration;
  /** Time since its first delivery after which a failed message counts as one that keeps failing. */
  readonly #maxFailing: Duration;
  #consumer: SluiceFunction | undefined;

  constructor(scope: Construct, id: string, props: WorkQueueProps = {}) {
    super(scope, id);
    this.#maxFailing = props.isUrgent === true ? URGENT_MAX_AGE : MAX_AGE;
    this.maxAge = this.#maxFailing.plus(props.maxDelay ?? Duration.seconds(0));
    // SQS-managed encryption: EventBridge and SNS can send without a key policy.
    const common = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.deadLetters = props.deadLetters ?? new Queue(this, 'DeadLetters', { ...common, retentionPeriod: DEAD_LETTER_RETENTION });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      ...(props.isUrgent === true && { visibilityTimeout: URGENT_VISIBILITY_TIMEOUT }),
      retentionPeriod: Duration.days(7),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /** Function that the queue feeds. */
  get consumer(): SluiceFunction | undefined {
    return this.#consumer;
  }

  /** Delivers the queue's messages to a function, and provides what it needs to publish those that keep failing. */
  feed(fn: SluiceFunction, { deployment, ...props }: FeedProps): void {
    this.#consumer = fn;
    consume(this.queue, fn, props);
    fn.addVariables({
      DEPLOYMENT_ID: deployment,
      MAX_FAILING_SECONDS: String(this.#maxFailing.toSeconds()),
    } satisfies Environment<ConsumerEnv>);
  }

  /** Delivers the dead letters to a function. */
  feedDeadLetters(fn: SluiceFunction, { batchSize = 1 }: Pick<FeedProps, 'batchSize'> = {}): void {
    consume(this.deadLetters, fn, { batchSize, maxConcurrency: DEAD_LETTER_CONCURRENCY });
  }

  /** Lets a function send work to the queue, and names the queue in the environment variable `variable`. */
  grantSend(fn: SluiceFunction, variable: string): void {
    allow(fn.role, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
    fn.addVariables({ [variable]: this.queue.queueUrl });
  }

  /** Lets a function count the messages of the queue. */
  grantCount(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['sqs:GetQueueAttributes'], resources: [this.queue.queueArn] });
  }

  /** Lets a function send dead letters back to the queue, and names both queues in environment variables. */
  grantRedrive(fn: SluiceFunction, { variable, deadLettersVariable }: RedriveVariables): void {
    this.grantSend(fn, variable);
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'];
    allow(fn.role, { actions, resources: [this.deadLetters.queueArn] });
    fn.addVariables({ [deadLettersVariable]: this.deadLetters.queueUrl });
  }
}

/** Variables that name a queue and its dead-letter queue. */
export interface RedriveVariables {
  readonly variable: string;
  readonly deadLettersVariable: string;
}

/**
 * Actions with which Lambda polls a queue, and with which a function postpones a message.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
const POLL = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const POSTPONE = ['sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl'];

function consume(queue: Queue, fn: SluiceFunction, { batchSize = 1, maxConcurrency }: Omit<FeedProps, 'deployment'>): void {
  allow(fn.role, { actions: [...POLL, ...POSTPONE], resources: [queue.queueArn] });
  fn.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize,
    maxConcurrency,
    reportBatchItemFailures: true,
  });
}
