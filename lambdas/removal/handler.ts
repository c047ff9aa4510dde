import type { SQSEvent } from 'aws-lambda';
import { repeatingInvalidator } from '../chain/repeat-invalidations.ts';
import { batchContext } from '../chain/batch-context.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { cloudFrontClient } from '../runtime/clients/cloudfront.ts';
import { s3Client } from '../runtime/clients/s3.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { readEnv } from '../runtime/read-env.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { removalEnvSchema } from '../contracts/environment.ts';
import { pathInvalidator } from '../runtime/invalidate-paths.ts';
import { receiveRemoval, type ReceiveRemovalContext } from './receive-removal.ts';

const env = readEnv(removalEnvSchema);
const logger = createLogger('removal');
const sqs = sqsClient();
const context: ReceiveRemovalContext = {
  database: openCatalog(env),
  s3: s3Client(),
  outputBucket: env.OUTPUT_BUCKET,
  sendToCompletion: queueSender<CompletionMessage>(sqs, env.COMPLETION_QUEUE_URL),
  invalidate: repeatingInvalidator(
    pathInvalidator(cloudFrontClient(), env.DISTRIBUTION_ID),
    queueSender(sqs, env.WITHDRAWALS_QUEUE_URL),
  ),
  logger,
};
const batch = batchContext(env, logger, sqs);

export function handler(event: SQSEvent) {
  return handleBatch(event, batch, (record) => receiveRemoval(context, record));
}
