import type { Sender } from '../cloud/directory.ts';
import type { Authorizer } from './authorizer.ts';
import { describeDenial } from './describe-denial.ts';

/**
 * Actions by which services deliver to a resource, by the service in its ARN.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 */
const DELIVERY_ACTIONS: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
};

/** Returns why a service may not deliver to a resource, in AWS's words; undefined if it may. */
export async function findDeliveryDenial(
  authorizer: Authorizer,
  targetArn: string,
  { service, sourceArn, role }: Sender,
): Promise<string | undefined> {
  const [, , kind = ''] = targetArn.split(':', 3);
  const action = DELIVERY_ACTIONS[kind];
  if (action === undefined) throw new Error(`No service delivers to ${targetArn}.`);
  const access = { action, resource: targetArn };
  // "EventBridge does not support the use of Condition blocks in Amazon SNS topic policies."
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
  const named = service === 'events.amazonaws.com' && kind === 'sns' ? undefined : sourceArn;
  const denial =
    role === undefined
      ? await authorizer.findDenial({ kind: 'service', service, sourceArn: named }, access)
      : await authorizer.findDenialWithRole(
          role.arn,
          { service, sourceArn: role.trustedSourceArn, sessionName: role.sessionName },
          access,
        );
  return denial && describeDenial(denial);
}
