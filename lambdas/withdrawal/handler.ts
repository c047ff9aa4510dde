import type { SQSEvent } from 'aws-lambda';
import { repeatingInvalidator } from '../chain/repeat-invalidations.ts';
import { batchContext } from '../chain/batch-context.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { withdrawalEnvSchema } from '../contracts/environment.ts';
import { cloudFrontClient } from '../runtime/clients/cloudfront.ts';
import { s3Client } from '../runtime/clients/s3.ts';
import { schedulerClient } from '../runtime/clients/scheduler.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { pathInvalidator } from '../runtime/invalidate-paths.ts';
import { createLogger } from '../runtime/logger.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { readEnv } from '../runtime/read-env.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { graceScheduler } from './grace-schedules.ts';
import { receiveWithdrawal, type ReceiveWithdrawalContext } from './receive-withdrawal.ts';

const env = readEnv(withdrawalEnvSchema);
const logger = createLogger('withdrawal');
const invalidateOnce = pathInvalidator(cloudFrontClient(), env.DISTRIBUTION_ID);
const context: ReceiveWithdrawalContext = {
  database: openCatalog(env),
  s3: s3Client(),
  outputBucket: env.OUTPUT_BUCKET,
  invalidateOnce,
  invalidate: repeatingInvalidator(invalidateOnce, queueSender(sqsClient(), env.WITHDRAWALS_QUEUE_URL)),
  scheduleGraceEnd: graceScheduler(schedulerClient(), env),
  graceMinutes: env.SUPERSEDED_GRACE_MINUTES,
  afterGrace: env.AFTER_GRACE,
  logger,
};
const batch = batchContext(env, logger, sqsClient());

export function handler(event: SQSEvent) {
  return handleBatch(event, batch, (record) => receiveWithdrawal(context, record));
}
