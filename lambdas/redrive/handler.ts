import { openCatalog } from '../chain/open-catalog.ts';
import { redriveEnvSchema } from '../contracts/environment.ts';
import { deadLettersOf, queueUrlVariable } from '../contracts/redrive-queues.ts';
import { recordOf } from '../contracts/record-of.ts';
import { REDRIVE_QUEUES, type RedriveResponse } from '../contracts/redrive.ts';
import type { VisitorsViewChanged } from '../contracts/withdrawal-message.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { readEnv } from '../runtime/read-env.ts';
import { redrive, type RedriveContext } from './redrive.ts';

const env = readEnv(redriveEnvSchema);
const logger = createLogger('redrive');
const sqs = sqsClient();
const sendWithdrawal = queueSender<VisitorsViewChanged>(sqs, env.WITHDRAWALS_QUEUE_URL);
const context: RedriveContext = {
  database: openCatalog(env),
  sqs,
  queues: recordOf(REDRIVE_QUEUES, (queue) => ({
    url: env[queueUrlVariable(queue)],
    deadLettersUrl: env[deadLettersOf(queue)],
  })),
  sendRetry: queueSender(sqs, env.UPLOADS_QUEUE_URL),
  refreshVisitorsView: (videoId) => sendWithdrawal({ type: 'visitors-view-changed', videoId }),
  logger,
};

/** Handles direct invocations with a `RedriveRequest`. */
export async function handler(request: unknown): Promise<RedriveResponse> {
  try {
    return await redrive(context, request);
  } catch (error) {
    logger.error('redrive failed', { error: describeError(error) });
    throw error;
  }
}
