/**
 * Message attributes as a publisher sends them. Binary attributes are rejected, since receivers on the laptop could not
 * distinguish them from text.
 */
export type NotificationAttributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue: string }>
>;

/** A message as a publisher sends it to a topic. */
export interface Publication {
  readonly message: string;
  /** Messages that replace `message` for subscriptions of a protocol. */
  readonly messageByProtocol?: Readonly<Record<string, string>> | undefined;
  readonly subject?: string | undefined;
  readonly attributes?: NotificationAttributes | undefined;
}

/** A message as a topic sends it to one subscription. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly message: string;
  readonly subject?: string | undefined;
  readonly attributes: NotificationAttributes;
  readonly time: Date;
}

/** Placeholder: the laptop does not sign notifications. */
const UNSIGNED = 'UNSIGNED';
const NO_CERTIFICATE = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-none.pem';

function describeAttributes(attributes: NotificationAttributes): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
      name,
      { Type: DataType, Value: StringValue },
    ]),
  );
}

function unsubscribeUrl({ subscriptionArn }: Notification): string {
  return `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}

/**
 * Returns the body of an SQS message without raw delivery.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function writeEnvelope(notification: Notification): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    Subject: notification.subject,
    Message: notification.message,
    Timestamp: notification.time.toISOString(),
    SignatureVersion: '1',
    Signature: UNSIGNED,
    SigningCertURL: NO_CERTIFICATE,
    UnsubscribeURL: unsubscribeUrl(notification),
    ...(Object.keys(notification.attributes).length > 0 && {
      MessageAttributes: describeAttributes(notification.attributes),
    }),
  });
}

/**
 * Returns the event that a function receives.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function writeLambdaEvent(notification: Notification): string {
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: notification.subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: notification.message,
          Timestamp: notification.time.toISOString(),
          SignatureVersion: '1',
          Signature: UNSIGNED,
          SigningCertUrl: NO_CERTIFICATE,
          UnsubscribeUrl: unsubscribeUrl(notification),
          MessageAttributes: describeAttributes(notification.attributes),
        },
      },
    ],
  });
}
