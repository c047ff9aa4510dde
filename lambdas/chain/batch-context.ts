import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ConsumerEnv } from '../contracts/environment.ts';
import { messagePostponer } from '../runtime/postpone-message.ts';
import type { BatchContext } from '../runtime/sqs-batch.ts';
import { metricPublisher } from './publish-metric.ts';

/**
 * Makes the context in which a function handles the messages of its queues. Messages that keep failing are published as a
 * metric: neither the age of the oldest message, from which SQS leaves out those that were received several times, nor the
 * errors of the function, which a response with failed messages is not, would show them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function batchContext(env: ConsumerEnv, logger: Logger, sqs: SQSClient): BatchContext {
  const publishMetric = metricPublisher(env.DEPLOYMENT_ID);
  return {
    logger,
    postpone: messagePostponer(sqs),
    reportFailure: ({ eventSourceARN, messageId }, failingMs) => {
      if (failingMs < env.MAX_FAILING_SECONDS * 1000) return;
      publishMetric('MessagesFailing', 1, { queue: eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1), messageId });
    },
  };
}
