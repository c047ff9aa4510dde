import * as z from 'zod';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import { regionalArn } from '../cloud/account.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { stableUuid } from '../cloud/stable-id.ts';
import { compileFilterPolicy } from './filter-policy.ts';
import type { Sns } from './sns.ts';
import type { Subscription } from './topic.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
const topicSchema = z.object({
  TopicName: z.string().optional(),
  FifoTopic: z.literal(false, 'the laptop cloud supports no FIFO topics').optional(),
  Subscription: z.array(z.strictObject({ Protocol: z.enum(['sqs', 'lambda']), Endpoint: z.string() })).default([]),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
const subscriptionSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.enum(['sqs', 'lambda', 'email'], 'the laptop cloud delivers to queues, functions and addresses only'),
  Endpoint: z.string(),
  RawMessageDelivery: z.union([z.boolean(), z.stringbool()]).default(false),
  FilterPolicy: z.unknown().optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).default('MessageAttributes'),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string() }).optional(),
});

const topicPolicySchema = z.object({ Topics: z.array(z.string()), PolicyDocument: z.unknown() });

export function snsProviders(sns: Sns): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::SNS::Topic',
      supportedProperties: Object.keys(topicSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const given = topicSchema.parse(properties);
        const name = given.TopicName ?? physicalName;
        const topic = sns.create(name);
        for (const { Protocol, Endpoint } of given.Subscription) {
          topic.subscribe(toSubscription(topic.arn, { Protocol, Endpoint, TopicArn: topic.arn }));
        }
        return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: name } };
      },
      delete: async ({ properties, physicalName }) =>
        sns.delete(regionalArn('sns', topicSchema.parse(properties).TopicName ?? physicalName)),
    },
    makeMemoryProvider('AWS::SNS::Subscription', Object.keys(subscriptionSchema.shape), async ({ properties, physicalName }) => {
      const { TopicArn: topicArn } = subscriptionSchema.parse(properties);
      const created = toSubscription(physicalName, properties);
      const topic = sns.getByArn(topicArn);
      topic.subscribe(created);
      const remove = (): void => topic.unsubscribe(created.arn);
      return { ref: created.arn, attributes: { Arn: created.arn }, remove };
    }),
    makeMemoryProvider('AWS::SNS::TopicPolicy', Object.keys(topicPolicySchema.shape), async ({ properties, physicalName }) => {
      const { Topics: arns, PolicyDocument } = topicPolicySchema.parse(properties);
      for (const arn of arns) sns.setPolicy(arn, PolicyDocument);
      const remove = (): void => arns.forEach((arn) => sns.removePolicy(arn));
      return { ref: physicalName, attributes: { Id: physicalName }, remove };
    }),
  ];
}

function toSubscription(name: string, properties: Readonly<Record<string, unknown>>): Subscription {
  const given = subscriptionSchema.parse(properties);
  const { TopicArn, Protocol: protocol, Endpoint: endpoint, FilterPolicy: policy, FilterPolicyScope: scope } = given;
  return {
    arn: `${TopicArn}:${stableUuid(`${name} ${endpoint}`)}`,
    protocol,
    endpoint,
    raw: given.RawMessageDelivery && protocol === 'sqs',
    matches: policy === undefined ? () => true : compileFilterPolicy(policy, scope),
    deadLetterArn: given.RedrivePolicy?.deadLetterTargetArn,
  };
}
