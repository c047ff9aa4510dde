/** An event as a service or an application sends it to the default event bus. */
export interface EventInput {
  /** Name of the sender, such as `aws.s3` or `aws.mediaconvert`. */
  readonly source: string;
  readonly 'detail-type': string;
  /** Any JSON object. */
  readonly detail: object;
  /** ARNs of the resources involved. @default none */
  readonly resources?: readonly string[];
  /** Time of the event; text in ISO 8601. @default now */
  readonly time?: Date | string;
}

/**
 * An event as rules and targets receive it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}
