import * as z from 'zod';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import type { Sqs } from './sqs.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const queueSchema = z.object({
  QueueName: z.string().optional(),
  FifoQueue: z.literal(false, 'the laptop cloud supports no FIFO queues').optional(),
  VisibilityTimeout: z.coerce.number().int().min(0).max(43_200).default(30),
  DelaySeconds: z.coerce.number().int().min(0).max(900).default(0),
  MessageRetentionPeriod: z.coerce.number().int().min(60).max(1_209_600).default(345_600),
  MaximumMessageSize: z.coerce.number().int().min(1024).max(1_048_576).default(1_048_576),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().int().min(0).max(20).default(0),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().min(1).max(1000) })
    .optional(),
});

const queuePolicySchema = z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

export function sqsProviders(sqs: Sqs): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::SQS::Queue',
      supportedProperties: Object.keys(queueSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const given = queueSchema.parse(properties);
        const queue = await sqs.open({
          name: given.QueueName ?? physicalName,
          visibilityTimeoutSeconds: given.VisibilityTimeout,
          delaySeconds: given.DelaySeconds,
          retentionSeconds: given.MessageRetentionPeriod,
          maximumMessageBytes: given.MaximumMessageSize,
          receiveWaitSeconds: given.ReceiveMessageWaitTimeSeconds,
          ...(given.RedrivePolicy && { redrive: given.RedrivePolicy }),
        });
        const { name, arn } = queue.settings;
        return { ref: sqs.urlOf(queue), attributes: { Arn: arn, QueueName: name, QueueUrl: sqs.urlOf(queue) } };
      },
      delete: ({ properties, physicalName }) => sqs.delete(queueSchema.parse(properties).QueueName ?? physicalName),
    },
    makeMemoryProvider('AWS::SQS::QueuePolicy', Object.keys(queuePolicySchema.shape), async ({ properties, physicalName }) => {
      const { Queues: urls, PolicyDocument } = queuePolicySchema.parse(properties);
      const queues = urls.map((url) => sqs.getByUrl(url));
      for (const queue of queues) sqs.setPolicy(queue, PolicyDocument);
      const remove = (): void => queues.forEach(({ settings }) => sqs.removePolicy(settings.arn));
      return { ref: physicalName, attributes: { Id: physicalName }, remove };
    }),
  ];
}
