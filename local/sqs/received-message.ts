import { z } from 'zod';
import { md5OfAttributes, md5OfBody, type MessageAttributes, type ReceivedMessage } from './message.ts';

/** Which attributes a receiver asks for; none by default. */
export const selectionSchema = z.object({
  /** The older name of `MessageSystemAttributeNames`. */
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
});

/** A message as `ReceiveMessage` answers it. */
export function receivedMessage(message: ReceivedMessage, selection: z.infer<typeof selectionSchema>): object {
  const systemNames = new Set([...selection.AttributeNames, ...selection.MessageSystemAttributeNames]);
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => systemNames.has('All') || systemNames.has(name),
  );
  const attributes = chosen(message.attributes, selection.MessageAttributeNames);
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

/** What the queue itself knows of a message, times in milliseconds as text. */
export function systemAttributes(message: ReceivedMessage): Readonly<Record<string, string>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
}

/** Names may end in `.*` for a prefix; `All` and `.*` choose every one. */
function chosen(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
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
