/** A message for a queue, topic or function. */
export interface Delivery {
  /** JSON text for events, any text for SQS and SNS. */
  readonly body: string;
  /** Subject of a message to a topic. @default none */
  readonly subject?: string;
  /** SNS and SQS message attributes. */
  readonly attributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
  /** ARN of the sender. */
  readonly sourceArn?: string;
}

/** Service that delivers, for the policies that must allow it. */
export interface Sender {
  /** Principal, such as `sns.amazonaws.com`. */
  readonly service: string;
  /** Resource on whose behalf the service sends: a topic, a rule, a schedule. */
  readonly sourceArn?: string;
  /** Role with which the service sends. @default none; the policy of the receiver must allow the service itself */
  readonly role?:
    | {
        readonly arn: string;
        readonly sessionName: string;
        /** Value of `aws:SourceArn` when the service assumes the role. */
        readonly trustedSourceArn?: string | undefined;
      }
    | undefined;
}

/** A resource that receives messages by ARN. */
export interface MessageReceiver {
  /** Resolves once the message is stored, so that a restart does not lose it. */
  receive(delivery: Delivery): Promise<void>;
}

/** Receivers of messages by ARN, so that senders need not know their services. */
export class Directory {
  readonly #receivers = new Map<string, MessageReceiver>();
  /** Returns why a service may not deliver to an ARN; undefined if it may. @default every service may */
  findDenial: (arn: string, sender: Sender) => Promise<string | undefined> = async () => undefined;

  register(arn: string, receiver: MessageReceiver): void {
    this.#receivers.set(arn, receiver);
  }

  unregister(arn: string): void {
    this.#receivers.delete(arn);
  }

  /** @throws Error if no receiver has this ARN */
  find(arn: string): MessageReceiver {
    const receiver = this.#receivers.get(arn);
    if (receiver === undefined) throw new Error(`No resource of the template receives messages at ${arn}.`);
    return receiver;
  }
}
