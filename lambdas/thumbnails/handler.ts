import type { SQSEvent } from 'aws-lambda';
import { announceTo } from '../runtime/announce.ts';
import { openCatalog, s3Client, sqsClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { runStep } from '../runtime/run-step.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { thumbnailsEnvSchema } from './env.ts';
import { makeThumbnails } from './make-thumbnails.ts';

const env = readEnv(thumbnailsEnvSchema);
const logger = createLogger('thumbnails');
const s3 = s3Client();
const context = {
  database: openCatalog(env),
  announce: announceTo(sqsClient(), env.COMPLETION_QUEUE_URL),
  logger,
};

export const handler = (event: SQSEvent) =>
  handleBatch(event, logger, ({ body }) =>
    runStep(context, 'thumbnails', body, (encode) => makeThumbnails(s3, env.OUTPUT_BUCKET, encode)),
  );
