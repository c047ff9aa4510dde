import type { AccessTable, ApiInput } from '../aws-api/json-operations.ts';
import { regionalArn } from '../cloud/account.ts';
import type { Access } from '../iam/access.ts';

function onQueue(action: string): (input: ApiInput) => readonly Access[] {
  return (input) => {
    const url = input.text('QueueUrl');
    return [{ action, resource: regionalArn('sqs', url.slice(url.lastIndexOf('/') + 1)) }];
  };
}

/**
 * Actions of the operations; those of a batch need that of a single message.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export const SQS_ACCESS = {
  SendMessage: onQueue('sqs:SendMessage'),
  SendMessageBatch: onQueue('sqs:SendMessage'),
  ReceiveMessage: onQueue('sqs:ReceiveMessage'),
  DeleteMessage: onQueue('sqs:DeleteMessage'),
  DeleteMessageBatch: onQueue('sqs:DeleteMessage'),
  ChangeMessageVisibility: onQueue('sqs:ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('sqs:ChangeMessageVisibility'),
  PurgeQueue: onQueue('sqs:PurgeQueue'),
  GetQueueUrl: (input: ApiInput) => [{ action: 'sqs:GetQueueUrl', resource: regionalArn('sqs', input.text('QueueName')) }],
  ListQueues: () => [{ action: 'sqs:ListQueues', resource: '*' }],
  ListDeadLetterSourceQueues: onQueue('sqs:ListDeadLetterSourceQueues'),
  GetQueueAttributes: onQueue('sqs:GetQueueAttributes'),
} satisfies AccessTable<string>;
