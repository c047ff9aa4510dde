import type { SQSEvent } from 'aws-lambda';
import { announceTo } from '../runtime/announce.ts';
import { openCatalog, s3Client, sqsClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { runStep } from '../runtime/run-step.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { metadataEnvSchema } from './env.ts';
import { recordMetadata } from './record-metadata.ts';

const env = readEnv(metadataEnvSchema);
const logger = createLogger('metadata');
const context = {
  database: openCatalog(env),
  announce: announceTo(sqsClient(), env.COMPLETION_QUEUE_URL),
  logger,
  s3: s3Client(),
  bucket: env.OUTPUT_BUCKET,
};

export const handler = (event: SQSEvent) =>
  handleBatch(event, logger, ({ body }) => runStep(context, 'metadata', body, (encode) => recordMetadata(context, encode)));
