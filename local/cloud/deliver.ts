import type { Delivery, Directory } from './directory.ts';

/**
 * Thrown where a delivery will never be taken, however often it is tried: too large, of a form that the addressee does
 * not know, or addressed to nobody. Senders hand such a delivery to their dead-letter queue at once.
 */
export class DeliveryRefusedError extends Error {
  override readonly name = 'DeliveryRefusedError';
  /** AWS's error code. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Hands a delivery to whoever has the ARN; resolves once it is kept.
 *
 * @throws DeliveryRefusedError if it will never be taken; any other error may pass
 */
export async function deliver(directory: Directory, arn: string, delivery: Delivery): Promise<void> {
  await addresseeAt(directory, arn).receive(delivery);
}

function addresseeAt(directory: Directory, arn: string): ReturnType<Directory['find']> {
  try {
    return directory.find(arn);
  } catch (error) {
    throw new DeliveryRefusedError('NO_RESOURCE', error instanceof Error ? error.message : String(error));
  }
}

/** Message attributes that hold text, by name. */
export function textAttributes(texts: Readonly<Record<string, string>>): NonNullable<Delivery['attributes']> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]));
}
