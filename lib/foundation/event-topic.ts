import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Topic for events that accepts only TLS. It has no encryption key: its messages hold ids, object keys and states, no
 * media and no credentials, and SNS keeps none after delivery. A customer-managed key, the only kind that EventBridge
 * can use, is billed monthly and per message, and its policy would have to admit every subscriber.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 */
export class EventTopic extends Topic {
  constructor(scope: Construct, id: string, displayName: string) {
    super(scope, id, { displayName, enforceSSL: true });
  }
}
