import type { Step } from './steps.ts';
import type { RedriveQueue } from './redrive.ts';

type QueueUrlVariable =
  | 'UPLOADS_QUEUE_URL'
  | 'COMPLETION_QUEUE_URL'
  | 'REMOVALS_QUEUE_URL'
  | 'WITHDRAWALS_QUEUE_URL'
  | StepQueueUrl<Step>;
export type StepQueueUrl<Name extends Step> = `${Uppercase<Name>}_QUEUE_URL`;

const OTHERS: Readonly<Record<Exclude<RedriveQueue, Step>, QueueUrlVariable>> = {
  transcode: 'UPLOADS_QUEUE_URL',
  completion: 'COMPLETION_QUEUE_URL',
  removal: 'REMOVALS_QUEUE_URL',
  withdrawal: 'WITHDRAWALS_QUEUE_URL',
};

/** Variables that hold the URLs of the three dead-letter queues. */
export const DEAD_LETTERS = ['CHAIN_DEAD_LETTERS_URL', 'REMOVAL_DEAD_LETTERS_URL', 'WITHDRAWAL_DEAD_LETTERS_URL'] as const;

/** Returns the variable that holds the URL of a step's queue. */
export function stepQueueUrl<Name extends Step>(step: Name): StepQueueUrl<Name>;
export function stepQueueUrl(step: string): string {
  return `${step.toUpperCase()}_QUEUE_URL`;
}

/** Returns the variable that holds the URL of a queue. */
export function queueUrlVariable(queue: RedriveQueue): QueueUrlVariable {
  return queue === 'transcode' || queue === 'completion' || queue === 'removal' || queue === 'withdrawal'
    ? OTHERS[queue]
    : stepQueueUrl(queue);
}

/** Returns the variable that holds the URL of a queue's dead-letter queue, which those of the chain share. */
export function deadLettersOf(queue: RedriveQueue): (typeof DEAD_LETTERS)[number] {
  if (queue === 'removal') return 'REMOVAL_DEAD_LETTERS_URL';
  return queue === 'withdrawal' ? 'WITHDRAWAL_DEAD_LETTERS_URL' : 'CHAIN_DEAD_LETTERS_URL';
}
