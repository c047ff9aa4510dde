import type { Judgment } from './judge-statements.ts';

/** Grants that no request on the laptop needs, and why AWS needs them. */
interface Explanation {
  readonly reason: string;
  readonly covers: (judgment: Judgment) => boolean;
}

export const EXPLANATIONS: readonly Explanation[] = [
  {
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    reason: 'Lambda writes the logs of a function with its role; on the laptop it writes files',
    covers: ({ action }) => action === 'logs:CreateLogStream' || action === 'logs:PutLogEvents',
  },
  {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
    reason: 'CloudWatch Logs delivers the access logs of the edge; on the laptop the edge writes a file',
    covers: ({ logicalId, effect }) => effect === 'Allow' && logicalId.startsWith('AccessLogsBucketPolicy'),
  },
  {
    reason: "The CDK's own function copies the pages; a service of the laptop does it instead",
    covers: ({ logicalId }) => logicalId.startsWith('PagesDeploymentRoleDefaultPolicy'),
  },
  {
    reason: 'A migration that fails is rolled back, which none does',
    covers: ({ action }) => action === 'rds-data:RollbackTransaction',
  },
  {
    // Its documentation names s3:ListBucket for a missing object, and says nothing about a missing version.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    reason: 'S3 may respond 403 for a missing version without it, which the transcode function would retry',
    covers: ({ logicalId, action }) => action === 's3:ListBucketVersions' && logicalId.startsWith('TranscodeFunctionRole'),
  },
  {
    reason: 'A revision that ends while its job is being created leaves a job to cancel, a race of milliseconds',
    covers: ({ logicalId, action }) => action === 'mediaconvert:CancelJob' && logicalId.startsWith('TranscodeFunctionRole'),
  },
  {
    reason: 'A function postpones a message that met throttling or a resuming database, which is rare',
    covers: ({ logicalId, action }) =>
      (action === 'sqs:ChangeMessageVisibility' && !logicalId.startsWith('RedriveFunctionRole')) || action === 'sqs:GetQueueUrl',
  },
  {
    reason: 'EventBridge and SNS move events that they cannot deliver to dead letters',
    covers: ({ logicalId, action }) => action === 'sqs:SendMessage' && logicalId.includes('WorkDeadLettersPolicy'),
  },
  {
    reason: 'A deployment that rotates keys does not generate those again that exist',
    covers: ({ logicalId }) => logicalId.startsWith('SigningKeysMakerRoleDefaultPolicy'),
  },
  {
    reason: 'A changed prefix of the sign-in page deletes one domain and creates another, which no recorded deployment does',
    covers: ({ action }) => action === 'cognito-idp:CreateUserPoolDomain' || action === 'cognito-idp:DeleteUserPoolDomain',
  },
];
