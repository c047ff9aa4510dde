import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import { compilePattern } from '../eventbridge/pattern.ts';
import type { NotificationAttributes } from './notification.ts';

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** Predicate for the messages that a subscription receives. */
export type Filter = (message: string, attributes: NotificationAttributes) => boolean;

/**
 * Compiles a filter policy: an event pattern that matches the attributes or the body of a message.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 *
 * @throws InvalidEventPatternError
 */
export function compileFilterPolicy(policy: unknown, scope: FilterPolicyScope): Filter {
  const matches = compilePattern(policy, 'FilterPolicy');
  if (scope === 'MessageAttributes') return (_message, attributes) => matches(attributeValues(attributes));
  return (message) => {
    const body = parseObject(message);
    return body !== undefined && matches(body);
  };
}

/** Converts attributes to JSON values, so that a policy matches numbers and lists as it does in a body. */
function attributeValues(attributes: NotificationAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType: type, StringValue: text }]) => {
      if (type === 'Number' || type.startsWith('Number.')) return [name, Number(text)];
      if (type === 'String.Array') return [name, parseJsonOrUndefined(text) ?? text];
      return [name, text];
    }),
  );
}

function parseObject(text: string): object | undefined {
  const value = parseJsonOrUndefined(text);
  return typeof value === 'object' && value !== null ? value : undefined;
}
