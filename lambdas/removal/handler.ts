import type { SQSEvent } from 'aws-lambda';
import { announceTo } from '../chain/announce.ts';
import { cloudFrontClient, openCatalog, s3Client, sqsClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { removalEnvSchema } from './env.ts';
import { invalidateIn } from './invalidate.ts';
import { receiveRemoval, type RemovalContext } from './receive-removal.ts';

const env = readEnv(removalEnvSchema);
const logger = createLogger('removal');
const context: RemovalContext = {
  database: openCatalog(env),
  s3: s3Client(),
  outputBucket: env.OUTPUT_BUCKET,
  announce: announceTo(sqsClient(), env.COMPLETION_QUEUE_URL),
  invalidate: invalidateIn(cloudFrontClient(), env.DISTRIBUTION_ID),
  logger,
};

export function handler(event: SQSEvent) {
  return handleBatch(event, logger, (record) => receiveRemoval(context, record));
}
