import type { SQSEvent } from 'aws-lambda';
import { batchContext } from '../chain/batch-context.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { mediaConvertClient } from '../runtime/clients/media-convert.ts';
import { s3Client } from '../runtime/clients/s3.ts';
import { schedulerClient } from '../runtime/clients/scheduler.ts';
import { snsClient } from '../runtime/clients/sns.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { readEnv } from '../runtime/read-env.ts';
import { jobDeadlineRemover, jobDeadlineSetter } from '../chain/job-deadlines.ts';
import { metricPublisher } from '../chain/publish-metric.ts';
import { createLogger } from '../runtime/logger.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { attemptScheduler } from './attempt-schedules.ts';
import { complete, type CompletionContext } from './complete.ts';
import { completionEnvSchema, DEAD_LETTER_SOURCES, workQueueVariable } from '../contracts/environment.ts';

const env = readEnv(completionEnvSchema);
const logger = createLogger('completion');
const scheduler = schedulerClient();
const context: CompletionContext = {
  database: openCatalog(env),
  s3: s3Client(),
  outputBucket: env.OUTPUT_BUCKET,
  sns: snsClient(),
  mediaConvert: mediaConvertClient(),
  deployment: env.DEPLOYMENT_ID,
  topicArn: env.VIDEO_EVENTS_TOPIC_ARN,
  transcodeEventsArn: env.TRANSCODE_EVENTS_TOPIC_ARN,
  setDeadline: jobDeadlineSetter(scheduler, env),
  removeDeadline: jobDeadlineRemover(scheduler, env),
  publishMetric: metricPublisher(env.DEPLOYMENT_ID),
  jobDeadlineMinutes: env.JOB_DEADLINE_MINUTES,
  scheduleAttempt: attemptScheduler(scheduler, env),
  retryPauseSeconds: env.RETRY_PAUSE_SECONDS,
  deadLetterSources: new Map(DEAD_LETTER_SOURCES.map((source) => [env[workQueueVariable(source)], source])),
  logger,
};
const batch = batchContext(env, logger, sqsClient());

export function handler(event: SQSEvent) {
  return handleBatch(event, batch, (record) => complete(context, record));
}
