import type { Delivery, Directory, Sender } from './directory.ts';

/**
 * Thrown when retries cannot help: the delivery is too large, malformed, or its ARN unknown. Senders pass it to their
 * dead-letter queue at once.
 */
export class DeliveryRejectedError extends Error {
  override readonly name = 'DeliveryRejectedError';
  /** AWS's error code. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Delivers to the resource with the ARN, if policies let the sender; resolves once that has stored the delivery.
 *
 * @throws DeliveryRejectedError if retries cannot help; after any other error they may
 */
export async function deliver(directory: Directory, arn: string, delivery: Delivery, sender: Sender): Promise<void> {
  const receiver = findReceiver(directory, arn);
  const denial = await directory.findDenial(arn, sender);
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
  if (denial !== undefined) throw new DeliveryRejectedError('NO_PERMISSIONS', denial);
  await receiver.receive(delivery);
}

function findReceiver(directory: Directory, arn: string): ReturnType<Directory['find']> {
  try {
    return directory.find(arn);
  } catch (error) {
    throw new DeliveryRejectedError('NO_RESOURCE', error instanceof Error ? error.message : String(error));
  }
}

/** Makes message attributes of type String. */
export function makeTextAttributes(texts: Readonly<Record<string, string>>): NonNullable<Delivery['attributes']> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
  );
}
