import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { openCatalog } from '../chain/open-catalog.ts';
import { reconcileEnvSchema } from '../contracts/environment.ts';
import { type ReconcileResponse, reconcileRequestSchema } from '../contracts/reconciliation.ts';
import { mediaConvertClient } from '../runtime/clients/media-convert.ts';
import { s3Client } from '../runtime/clients/s3.ts';
import { schedulerClient } from '../runtime/clients/scheduler.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { createLogger } from '../runtime/logger.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { readEnv } from '../runtime/read-env.ts';
import { sendOnce } from '../runtime/send-once.ts';
import type { ReconcileServices } from './context.ts';
import { reconcile } from './reconcile.ts';
import { RunStateStore } from './run-state.ts';

const env = readEnv(reconcileEnvSchema);
const s3 = s3Client();
const sqs = sqsClient();
const scheduler = schedulerClient();
const services: ReconcileServices = {
  database: openCatalog(env),
  s3,
  mediaConvert: mediaConvertClient(),
  scheduler,
  sourceBucket: env.SOURCE_BUCKET,
  outputBucket: env.OUTPUT_BUCKET,
  deployment: env.DEPLOYMENT_ID,
  encoderQueueArn: env.ENCODER_QUEUE_ARN,
  deadlineGroup: env.DEADLINE_GROUP,
  graceGroup: env.GRACE_GROUP,
  graceMinutes: env.SUPERSEDED_GRACE_MINUTES,
  afterGrace: env.AFTER_GRACE,
  sendUpload: queueSender(sqs, env.UPLOADS_QUEUE_URL),
  sendToCompletion: queueSender(sqs, env.COMPLETION_QUEUE_URL),
  sendRemoval: queueSender(sqs, env.REMOVALS_QUEUE_URL),
  sendWithdrawal: queueSender(sqs, env.WITHDRAWALS_QUEUE_URL),
  isUploadsQueueEmpty,
  now: () => new Date(),
  logger: createLogger('reconcile'),
};
const store = new RunStateStore(s3, env.OUTPUT_BUCKET);

/**
 * Handles direct invocations with a `ReconcileRequest`: those of an operator and of the daily schedule, and those with which a
 * run that takes longer than an invocation may continues itself.
 */
export async function handler(event: unknown, context: Context): Promise<ReconcileResponse> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const continueLater = (runId: string, pauseSeconds: number): Promise<void> =>
    sendOnce(scheduler, {
      group: env.RECONCILE_GROUP,
      // Each invocation continues once.
      name: `continue-${context.awsRequestId}`,
      at: new Date(Date.now() + pauseSeconds * 1000),
      targetArn: context.invokedFunctionArn,
      roleArn: env.RECONCILE_ROLE_ARN,
      message: { type: 'continue', runId },
    });
  return reconcile({ ...services, store, remainingMs, continueLater }, reconcileRequestSchema.parse(event));
}

/** A queue of SQS counts its messages approximately, and may take a minute to be right. */
async function isUploadsQueueEmpty(): Promise<boolean> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: env.UPLOADS_QUEUE_URL, AttributeNames: [...names] }),
  );
  return names.every((name) => Number(Attributes?.[name] ?? 0) === 0);
}
