/** A message on its way to a queue, topic, function or bus. */
export interface Delivery {
  /** The body as the receiver sees it: JSON text for events, any text for SQS and SNS. */
  readonly body: string;
  /** SNS and SQS message attributes. */
  readonly attributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
  /** ARN of the resource that sends it. */
  readonly sourceArn?: string;
}

/** Anything with an ARN that takes messages. */
export interface MessageReceiver {
  /** Resolves once the message is kept: a restart after that does not lose it. */
  receive(delivery: Delivery): Promise<void>;
}

/** Finds the receiver of a message by its ARN, so that services need not know one another. */
export class Directory {
  readonly #addressees = new Map<string, MessageReceiver>();

  register(arn: string, addressee: MessageReceiver): void {
    this.#addressees.set(arn, addressee);
  }

  /** @throws Error if nothing in the template has this ARN */
  find(arn: string): MessageReceiver {
    const addressee = this.#addressees.get(arn);
    if (addressee === undefined) throw new Error(`No resource of the template takes messages at ${arn}`);
    return addressee;
  }
}
