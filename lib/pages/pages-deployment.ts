import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { allow } from '../foundation/allow.ts';
import type { PagesBucket } from './pages-bucket.ts';

export interface PagesDeploymentProps {
  /** Directory of the built pages. */
  readonly pages: string;
  /** Bucket that they are copied to. */
  readonly bucket: PagesBucket;
  /** Distribution that serves them, which is updated first. */
  readonly distribution: Distribution;
  /** Retention of the copying function's log, in days. */
  readonly logRetention: RetentionDays;
}

/** Files named by their content, which therefore never change. */
const ASSETS = 'assets/*';

/** Construct id of CDK's one copying function for all deployments of a stack. */
const COPYING_FUNCTION = 'Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C';

/**
 * Copies the pages into their bucket. The assets go first, so that no page refers to a missing one, and those of earlier
 * deployments stay, since a page that is still open may load more of them.
 *
 * Nothing is invalidated: the edge revalidates the documents, which are `no-cache`, and an invalidation that takes more than
 * ten minutes would fail the deployment.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * https://github.com/aws/aws-cdk/issues/15891
 */
export class PagesDeployment extends Construct {
  constructor(scope: Construct, id: string, { pages, bucket, distribution, logRetention }: PagesDeploymentProps) {
    super(scope, id);
    const asset = new Asset(this, 'Files', { path: pages });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Role of the function that copies the pages',
    });
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const common = {
      sources: [Source.bucket(asset.bucket, asset.s3ObjectKey)],
      destinationBucket: bucket,
      // CDK would grant it access to everything in both buckets and to every distribution.
      role: role.withoutPolicyUpdates(),
      logGroup,
      outputObjectKeys: false,
      // S3 deletes only an empty bucket. CDK's function keeps objects of a bucket that is tagged as a deployment's, which it
      // is until the stack is deleted, but this role may not read the tags.
      retainOnDelete: false,
    };
    const assets = new BucketDeployment(this, 'Assets', {
      ...common,
      exclude: ['*'],
      include: [ASSETS],
      prune: false,
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const documents = new BucketDeployment(this, 'Pages', {
      ...common,
      exclude: [ASSETS],
      cacheControl: [CacheControl.noCache()],
    });
    documents.node.addDependency(assets);

    logGroup.grantWrite(role);
    // Not the one archive, whose name changes with the pages: IAM applies a changed policy only after a while.
    allow(role, {
      actions: ['s3:GetObject'],
      resources: [asset.bucket.arnForObjects('*.zip')],
      wildcardReason: 'Only the names of the archives that deployments upload differ.',
    });
    allow(role, { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] });
    allow(role, {
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      wildcardReason: 'The build names its files; nothing else is in this bucket.',
    });
    // The distribution takes minutes to create, in which IAM applies the new policy: the function is CDK's and does not retry.
    for (const deployment of [assets, documents]) deployment.node.addDependency(role, distribution);
    Validations.of(Stack.of(this).node.findChild(COPYING_FUNCTION)).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The function belongs to CDK, which chooses its runtime.',
    });
  }
}
