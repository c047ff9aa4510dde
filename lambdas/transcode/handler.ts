import type { SQSEvent } from 'aws-lambda';
import { type UploadsInbox, uploadsInboxSchema } from '../contracts/upload-message.ts';
import { batchContext } from '../chain/batch-context.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { mediaConvertClient } from '../runtime/clients/media-convert.ts';
import { s3Client } from '../runtime/clients/s3.ts';
import { schedulerClient } from '../runtime/clients/scheduler.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { readEnv } from '../runtime/read-env.ts';
import { jobDeadlineSetter } from '../chain/job-deadlines.ts';
import { metricPublisher } from '../chain/publish-metric.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { transcodeEnvSchema } from '../contracts/environment.ts';
import { rebuildIndex } from './rebuild-index.ts';
import { type TranscodeContext, transcodeUpload } from './transcode-upload.ts';

const env = readEnv(transcodeEnvSchema);
const logger = createLogger('transcode');
const sqs = sqsClient();
const context: Omit<TranscodeContext, 'logger' | 'claimant' | 'receiveCount'> = {
  database: openCatalog(env),
  s3: s3Client(),
  mediaConvert: mediaConvertClient(),
  sendToCompletion: queueSender<CompletionMessage>(sqs, env.COMPLETION_QUEUE_URL),
  setDeadline: jobDeadlineSetter(schedulerClient(), env),
  outputBucket: env.OUTPUT_BUCKET,
  deployment: env.DEPLOYMENT_ID,
  queueArn: env.ENCODER_QUEUE_ARN,
  roleArn: env.ENCODER_ROLE_ARN,
  maxShortSide: env.LADDER_MAX_SHORT_SIDE,
  publishMetric: metricPublisher(env.DEPLOYMENT_ID),
  caps: { maxUsd: env.ENCODE_MAX_PRICE_USD, maxUsdPerDay: env.ENCODE_MAX_PRICE_USD_PER_DAY },
};
const batch = batchContext(env, logger, sqs);

export function handler(event: SQSEvent) {
  return handleBatch(event, batch, async ({ body, messageId, attributes }) => {
    const message = uploadsInboxSchema.parse(JSON.parse(body));
    const about = {
      claimant: messageId,
      receiveCount: Number(attributes.ApproximateReceiveCount),
      logger: logger.createChild({ persistentKeys: { upload: nameOf(message) } }),
    };
    if ('type' in message && message.type === 'index-request') await rebuildIndex({ ...context, ...about }, message);
    else await transcodeUpload({ ...context, ...about }, message);
  });
}

function nameOf(message: UploadsInbox): object {
  if ('type' in message) return message.type === 'index-request' ? { videoId: message.videoId, revision: message.revision } : { revisionId: message.revisionId };
  const { bucket, object } = message.detail;
  return { bucket: bucket.name, key: object.key, versionId: object['version-id'] };
}
