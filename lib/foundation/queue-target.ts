import type { IRuleRef, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { WorkQueue } from './work-queue.ts';

/**
 * Work queue as the target of a rule, with dead letters for events that EventBridge cannot send. EventBridge needs
 * `sqs:SendMessage` only; `SqsQueue` would let it read the queue's attributes too.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
 */
export class QueueTarget implements IRuleTarget {
  readonly #work: WorkQueue;

  constructor(work: WorkQueue) {
    this.#work = work;
  }

  bind(rule: IRuleRef): RuleTargetConfig {
    const { queue, deadLetters } = this.#work;
    const { ruleArn } = rule.ruleRef;
    for (const receiver of [queue, deadLetters]) letSend(receiver, ruleArn);
    return { arn: queue.queueArn, deadLetterConfig: { arn: deadLetters.queueArn }, targetResource: queue };
  }
}

function letSend(queue: Queue, ruleArn: string): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    }),
  );
}
