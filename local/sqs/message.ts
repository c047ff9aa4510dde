import { createHash } from 'node:crypto';
import * as z from 'zod';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html */
export const messageAttributesSchema = z.record(
  z.string(),
  z.object({
    /** Type, with an optional custom label after a dot. */
    DataType: z.string().regex(/^(String|Number|Binary)(\..+)?$/, 'must be String, Number or Binary'),
    StringValue: z.string().optional(),
    /** Base64. */
    BinaryValue: z.string().optional(),
  }),
);
export type MessageAttributes = Readonly<z.infer<typeof messageAttributesSchema>>;
type MessageAttribute = MessageAttributes[string];

/** A message as stored on disk. Times are milliseconds since the epoch. */
export const messageSchema = z.object({
  id: z.string(),
  body: z.string(),
  attributes: messageAttributesSchema,
  senderId: z.string(),
  sentAt: z.number(),
  /** Earliest time of the next receive. */
  visibleAt: z.number(),
  receiveCount: z.number(),
  firstReceivedAt: z.number().optional(),
  /** Handle of the latest receive. */
  receiptHandle: z.string().optional(),
  /** Queue that dead-lettered the message. */
  deadLetterSourceArn: z.string().optional(),
});
export type Message = Readonly<z.infer<typeof messageSchema>>;

/** A message that was received at least once. */
export type ReceivedMessage = Message & Required<Pick<Message, 'receiptHandle' | 'firstReceivedAt'>>;

export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

const TRANSPORT_STRING = 1;
const TRANSPORT_BINARY = 2;

/**
 * Returns the digest of a message's attributes, which clients verify; undefined without attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const update = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    update(Buffer.from(name));
    update(Buffer.from(attribute.DataType));
    const binary = attribute.BinaryValue !== undefined;
    hash.update(Buffer.from([binary ? TRANSPORT_BINARY : TRANSPORT_STRING]));
    update(valueOf(attribute));
  }
  return hash.digest('hex');
}

/** Returns the size that counts against a queue's limit: the body and the names, types and values of the attributes. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueOf(attribute).length,
    Buffer.byteLength(body),
  );
}

function valueOf({ StringValue, BinaryValue }: MessageAttribute): Buffer {
  return BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64');
}
