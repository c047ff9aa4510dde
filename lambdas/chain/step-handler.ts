import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import type { Step } from '../contracts/steps.ts';
import { s3Client } from '../runtime/clients/s3.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger } from '../runtime/logger.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { batchContext } from './batch-context.ts';
import { openCatalog } from './open-catalog.ts';
import { runStep, type StepServices, type StepWork } from './run-step.ts';
import { handleBatch } from '../runtime/sqs-batch.ts';
import { stepEnvSchema } from '../contracts/environment.ts';

/** Returns the Lambda handler of a step, which processes the events of its queue. */
export function stepHandler(
  step: Step,
  workWith: (tools: StepServices) => StepWork,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const env = readEnv(stepEnvSchema);
  const logger = createLogger(step);
  const database = openCatalog(env);
  const work = workWith({ database, s3: s3Client(), bucket: env.OUTPUT_BUCKET });
  const sqs = sqsClient();
  const context = {
    database,
    sendToCompletion: queueSender<CompletionMessage>(sqs, env.COMPLETION_QUEUE_URL),
    logger,
  };
  const batch = batchContext(env, logger, sqs);
  return (event) => handleBatch(event, batch, ({ body, attributes }) =>
    runStep({ ...context, receiveCount: Number(attributes.ApproximateReceiveCount) }, step, body, work),
  );
}
