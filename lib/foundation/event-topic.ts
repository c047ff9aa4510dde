import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * A topic of events, over TLS only. It has no key: its messages are ids, object keys and states, no media and no
 * credentials, and SNS keeps none after delivery. A customer-managed key, the only kind that EventBridge may use, costs
 * by the month and by the message and would have to be opened to every subscriber.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 */
export class EventTopic extends Topic {
  constructor(scope: Construct, id: string, displayName: string) {
    super(scope, id, { displayName, enforceSSL: true });
  }
}
