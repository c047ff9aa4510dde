import { randomUUID } from 'node:crypto';
import { ApiError } from '../aws-api/api-error.ts';
import { deliver, DeliveryRejectedError, makeTextAttributes } from '../cloud/deliver.ts';
import type { MessageReceiver, Delivery, Directory } from '../cloud/directory.ts';
import type { Filter } from './filter-policy.ts';
import { writeEnvelope, writeLambdaEvent, type Notification, type Publication } from './notification.ts';

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'sqs' | 'lambda' | 'email';
  /** ARN of the queue or function, or an address. */
  readonly endpoint: string;
  /** Whether a queue receives the bare message, without an envelope. */
  readonly raw: boolean;
  readonly matches: Filter;
  /** Queue for messages that the endpoint rejects. */
  readonly deadLetterArn?: string | undefined;
}

export interface TopicOptions {
  readonly name: string;
  readonly arn: string;
  readonly directory: Directory;
  /** Called with a message that an endpoint without a dead-letter queue rejected. */
  readonly onLost?: ((lost: { readonly notification: Notification; readonly reason: Error }) => void) | undefined;
  /** Called with a message to an address. @default no effect */
  readonly onEmail?: ((address: string, notification: Notification) => void) | undefined;
}

const MAX_MESSAGE_BYTES = 256 * 1024;
/** SQS's limit for a raw message. */
const MAX_RAW_ATTRIBUTES = 10;

/** Forwards messages and stores none: `publish` resolves once every subscription's endpoint has stored the message. */
export class Topic implements MessageReceiver {
  readonly #options: TopicOptions;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(options: TopicOptions) {
    this.#options = options;
  }

  get arn(): string {
    return this.#options.arn;
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.arn, subscription);
  }

  unsubscribe(subscriptionArn: string): void {
    this.#subscriptions.delete(subscriptionArn);
  }

  /** Publishes a message of another service. @throws DeliveryRejectedError if it is empty or too long */
  async receive({ body, subject }: Delivery): Promise<void> {
    try {
      await this.publish({ message: body, subject });
    } catch (error) {
      if (error instanceof ApiError && error.senderFault) throw new DeliveryRejectedError(error.code, error.message);
      throw error;
    }
  }

  /**
   * @returns the message's id
   * @throws ApiError `InvalidParameter` if it is empty or too long
   * @throws AggregateError if an endpoint could not store the message; publishing it again delivers it to the others twice
   */
  async publish(publication: Publication): Promise<string> {
    const { message, attributes = {} } = publication;
    if (message === '') throw new ApiError('InvalidParameter', 400, 'Invalid parameter: Empty message');
    if (sizeOf(publication) > MAX_MESSAGE_BYTES)
      throw new ApiError('InvalidParameter', 400, 'Invalid parameter: Message too long');
    const messageId = randomUUID();
    const time = new Date();
    const deliveries = [...this.#subscriptions.values()]
      .filter(({ matches }) => matches(message, attributes))
      .map((subscription) => {
        const { arn: subscriptionArn, protocol } = subscription;
        return this.#notify(subscription, {
          messageId,
          topicArn: this.arn,
          subscriptionArn,
          message: publication.messageByProtocol?.[protocol] ?? message,
          subject: publication.subject,
          attributes,
          time,
        });
      });
    const failures = (await Promise.allSettled(deliveries)).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0)
      throw new AggregateError(failures, `Message ${messageId} did not reach every subscription`);
    return messageId;
  }

  async #notify({ protocol, raw, endpoint, deadLetterArn }: Subscription, notification: Notification): Promise<void> {
    const { directory, onLost, onEmail } = this.#options;
    if (protocol === 'email') {
      onEmail?.(endpoint, notification);
      return;
    }
    const sent =
      protocol === 'lambda' ? writeLambdaEvent(notification) : raw ? notification.message : writeEnvelope(notification);
    const sender = { service: 'sns.amazonaws.com', sourceArn: this.arn };
    const delivery = { body: sent, sourceArn: this.arn, ...(raw && { attributes: notification.attributes }) };
    try {
      if (raw && Object.keys(notification.attributes).length > MAX_RAW_ATTRIBUTES) {
        throw new DeliveryRejectedError(
          'InvalidParameterValue',
          `More than ${MAX_RAW_ATTRIBUTES} attributes on a raw message`,
        );
      }
      await deliver(directory, endpoint, delivery, sender);
    } catch (reason) {
      if (!(reason instanceof DeliveryRejectedError)) throw reason;
      if (deadLetterArn === undefined) {
        onLost?.({ notification, reason });
        return;
      }
      // https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
      const attributes = makeTextAttributes({
        RequestID: notification.messageId,
        ErrorCode: reason.code,
        ErrorMessage: reason.message,
      });
      await deliver(directory, deadLetterArn, { body: sent, sourceArn: this.arn, attributes }, sender);
    }
  }
}

function sizeOf({ message, attributes = {} }: Publication): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(message),
  );
}
