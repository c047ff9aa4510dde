import { compilePattern } from '../eventbridge/pattern.ts';
import type { NotificationAttributes } from './notification.ts';

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** Whether a subscription wants a message. */
export type Filter = (message: string, attributes: NotificationAttributes) => boolean;

/**
 * Filter policies are of the form of event patterns, held against the attributes or the body of a message.
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

/** Numbers and lists as what they stand for; the policy sees them as it would see a body's. */
function attributeValues(attributes: NotificationAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType: type, StringValue: text }]) => {
      if (type === 'Number' || type.startsWith('Number.')) return [name, Number(text)];
      if (type === 'String.Array') return [name, parseJson(text) ?? text];
      return [name, text];
    }),
  );
}

function parseObject(text: string): object | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
