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
  /** Directory of the pages as built. */
  readonly pages: string;
  /** Where they go. */
  readonly bucket: PagesBucket;
  /** Serves them. */
  readonly distribution: Distribution;
  /** How long the log of the function that copies them is kept, in days. */
  readonly logRetention: RetentionDays;
}

/** Named by their content, so that they never change. */
const ASSETS = 'assets/*';

/** By which CDK keeps to one function for all deployments of a stack. */
const COPYING_FUNCTION = 'Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C';

/**
 * Copies the pages into their bucket. The assets go first, so that no page names one that is not there yet; and those
 * of earlier deployments stay, for whoever has a page of theirs open and needs another part of it.
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
      // What it would grant by itself is everything in both buckets and in every distribution.
      role: role.withoutPolicyUpdates(),
      logGroup,
      outputObjectKeys: false,
    };
    const assets = new BucketDeployment(this, 'Assets', {
      ...common,
      exclude: ['*'],
      include: [ASSETS],
      prune: false,
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const rest = new BucketDeployment(this, 'Pages', {
      ...common,
      exclude: [ASSETS],
      cacheControl: [CacheControl.noCache()],
      distribution,
      distributionPaths: ['/index.html'],
    });
    rest.node.addDependency(assets);

    logGroup.grantWrite(role);
    allow(role, { actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)] });
    allow(role, { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] });
    allow(role, {
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      wildcardReason: 'The build names its files; nothing else is in this bucket.',
    });
    allow(role, {
      actions: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
      resources: [distribution.distributionArn],
    });
    for (const deployment of [assets, rest]) deployment.node.addDependency(role);
    Validations.of(Stack.of(this).node.findChild(COPYING_FUNCTION)).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The function is CDK’s, and so is the choice of its runtime.',
    });
  }
}
