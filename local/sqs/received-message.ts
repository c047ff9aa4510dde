import * as z from 'zod';
import { md5OfAttributes, md5OfBody, type MessageAttributes, type ReceivedMessage } from './message.ts';

/** Attributes that a receiver requests. @default none */
export const selectionSchema = z.object({
  /** The older name of `MessageSystemAttributeNames`. */
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
});

/** Returns a message in the form of `ReceiveMessage`. */
export function describeReceivedMessage(message: ReceivedMessage, selection: z.infer<typeof selectionSchema>): object {
  const systemNames = new Set([...selection.AttributeNames, ...selection.MessageSystemAttributeNames]);
  const system = Object.entries(listSystemAttributes(message)).filter(
    ([name]) => systemNames.has('All') || systemNames.has(name),
  );
  const attributes = selectAttributes(message.attributes, selection.MessageAttributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5OfBody(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

/** Returns the queue's own attributes of a message, times in milliseconds as text. */
export function listSystemAttributes(message: ReceivedMessage): Readonly<Record<string, string>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
}

/** Returns the named attributes; a name may end in `.*` for a prefix, and `All` and `.*` select all. */
function selectAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const matches = (name: string): boolean =>
    names.some((wanted) =>
      wanted === 'All' || wanted === '.*'
        ? true
        : wanted.endsWith('.*')
          ? name.startsWith(wanted.slice(0, -1))
          : name === wanted,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}
