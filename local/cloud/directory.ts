/** A message for a queue, topic or function. */
export interface Delivery {
  /** JSON text for events, any text for SQS and SNS. */
  readonly body: string;
  /** SNS and SQS message attributes. */
  readonly attributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
  /** ARN of the sender. */
  readonly sourceArn?: string;
}

/** A resource that receives messages by ARN. */
export interface MessageReceiver {
  /** Resolves once the message is stored, so that a restart does not lose it. */
  receive(delivery: Delivery): Promise<void>;
}

/** Receivers of messages by ARN, so that senders need not know their services. */
export class Directory {
  readonly #receivers = new Map<string, MessageReceiver>();

  register(arn: string, receiver: MessageReceiver): void {
    this.#receivers.set(arn, receiver);
  }

  /** @throws Error if no receiver has this ARN */
  find(arn: string): MessageReceiver {
    const receiver = this.#receivers.get(arn);
    if (receiver === undefined) throw new Error(`No resource of the template receives messages at ${arn}.`);
    return receiver;
  }
}
