import type { SQSEvent } from 'aws-lambda';
import { mediaConvertClient, openCatalog, s3Client, schedulerClient, snsClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/read-env.ts';
import { removeDeadlineBy, setDeadlineBy } from '../chain/job-deadlines.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { complete, type CompletionContext } from './complete.ts';
import { completionEnvSchema } from './env.ts';

const env = readEnv(completionEnvSchema);
const logger = createLogger('completion');
const scheduler = schedulerClient();
const context: CompletionContext = {
  database: openCatalog(env),
  s3: s3Client(),
  outputBucket: env.OUTPUT_BUCKET,
  sns: snsClient(),
  mediaConvert: mediaConvertClient(),
  topicArn: env.VIDEO_EVENTS_TOPIC_ARN,
  transcodeEventsArn: env.TRANSCODE_EVENTS_TOPIC_ARN,
  setDeadline: setDeadlineBy(scheduler, env),
  removeDeadline: removeDeadlineBy(scheduler, env),
  deadLetters: new Map([
    [env.TRANSCODE_DEAD_LETTERS_ARN, 'transcode'],
    [env.PERMISSIONS_DEAD_LETTERS_ARN, 'permissions'],
    [env.THUMBNAILS_DEAD_LETTERS_ARN, 'thumbnails'],
    [env.METADATA_DEAD_LETTERS_ARN, 'metadata'],
  ]),
  logger,
};

export function handler(event: SQSEvent) {
  return handleBatch(event, logger, (record) => complete(context, record));
}
