import type { SQSEvent } from 'aws-lambda';
import { openCatalog } from '../chain/open-catalog.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { cloudFrontClient, s3Client, sqsClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/read-env.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { removalEnvSchema } from '../contracts/environment.ts';
import { pathInvalidator } from './invalidate.ts';
import { receiveRemoval, type ReceiveRemovalContext } from './receive-removal.ts';

const env = readEnv(removalEnvSchema);
const logger = createLogger('removal');
const context: ReceiveRemovalContext = {
  database: openCatalog(env),
  s3: s3Client(),
  outputBucket: env.OUTPUT_BUCKET,
  sendToCompletion: queueSender<CompletionMessage>(sqsClient(), env.COMPLETION_QUEUE_URL),
  invalidate: pathInvalidator(cloudFrontClient(), env.DISTRIBUTION_ID),
  logger,
};

export function handler(event: SQSEvent) {
  return handleBatch(event, logger, (record) => receiveRemoval(context, record));
}
