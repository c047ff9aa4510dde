import { ArnFormat, Aws, Duration, Names, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PrivateBucket } from '../storage/private-bucket.ts';

export interface AccessLogsProps {
  /** Distribution whose requests are logged. */
  readonly distributionArn: string;
  /** Retention of the logs, in days. */
  readonly retentionDays: number;
  /** Policy for the bucket when the stack is deleted; CloudFormation deletes only an empty bucket. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Logged fields of a request. The query and cookies are left out because they can hold a signature, the referrer
 * because it reveals the page a visitor came from.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
const LOGGED_FIELDS = [
  'date',
  'time',
  'x-edge-location',
  'sc-bytes',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'sc-status',
  'cs(User-Agent)',
  'x-edge-result-type',
  'x-edge-request-id',
  'x-host-header',
  'cs-protocol',
  'cs-bytes',
  'time-taken',
  'ssl-protocol',
  'x-edge-response-result-type',
  'cs-protocol-version',
  'time-to-first-byte',
  'x-edge-detailed-result-type',
  'sc-content-type',
  'sc-content-len',
  'sc-range-start',
  'sc-range-end',
] as const;

/**
 * Access logs by CloudFront's standard logging v2, since the legacy version needs a bucket with ACLs. CloudWatch Logs
 * delivers them for CloudFront only in us-east-1, so this construct must be part of a stack there.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class AccessLogs extends Construct {
  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    const bucket = new PrivateBucket(this, 'Bucket', {
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ id: 'old-logs', expiration: Duration.days(props.retentionDays) }],
      removalPolicy: props.removalPolicy,
    });
    this.#admitDelivery(bucket);

    // Names are required; these are unique to the stack.
    const name = Names.uniqueResourceName(this, { maxLength: 50, separator: '-' });
    const source = new CfnDeliverySource(this, 'Source', {
      name: `${name}-source`,
      logType: 'ACCESS_LOGS',
      resourceArn: props.distributionArn,
    });
    const destination = new CfnDeliveryDestination(this, 'Destination', {
      name: `${name}-bucket`,
      destinationResourceArn: bucket.bucketArn,
      outputFormat: 'json',
    });
    if (bucket.policy) destination.node.addDependency(bucket.policy);
    new CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.ref,
      deliveryDestinationArn: destination.attrArn,
      recordFields: [...LOGGED_FIELDS],
      s3SuffixPath: '/{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
    });
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html */
  #admitDelivery(bucket: PrivateBucket): void {
    const sources = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'delivery-source',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const principals = [new ServicePrincipal('delivery.logs.amazonaws.com')];
    const thisAccount = { 'aws:SourceAccount': Aws.ACCOUNT_ID };
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: thisAccount, ArnLike: { 'aws:SourceArn': sources } },
      }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
        conditions: {
          StringEquals: { ...thisAccount, 's3:x-amz-acl': 'bucket-owner-full-control' },
          ArnLike: { 'aws:SourceArn': sources },
        },
      }),
    );
  }
}
