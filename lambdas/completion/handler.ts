import type { SQSEvent } from 'aws-lambda';
import { openCatalog } from '../chain/open-catalog.ts';
import { mediaConvertClient, s3Client, schedulerClient, snsClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/read-env.ts';
import { jobDeadlineRemover, jobDeadlineSetter } from '../chain/job-deadlines.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { complete, type CompletionContext } from './complete.ts';
import { completionEnvSchema, DEAD_LETTER_SOURCES, deadLettersVariable } from '../contracts/environment.ts';

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
  setDeadline: jobDeadlineSetter(scheduler, env),
  removeDeadline: jobDeadlineRemover(scheduler, env),
  deadLetterSources: new Map(DEAD_LETTER_SOURCES.map((source) => [env[deadLettersVariable(source)], source])),
  logger,
};

export function handler(event: SQSEvent) {
  return handleBatch(event, logger, (record) => complete(context, record));
}
