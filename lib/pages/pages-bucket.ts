import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { LinkPreviewEnv } from '../../lambdas/contracts/environment.ts';
import { allow } from '../foundation/allow.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { PrivateBucket } from '../storage/private-bucket.ts';

export interface PagesBucketProps {
  /** Policy for the bucket when the stack is deleted; CloudFormation deletes only an empty bucket. */
  readonly removalPolicy: RemovalPolicy;
}

/** Bucket for the files of the pages, updated by every deployment. */
export class PagesBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { removalPolicy }: PagesBucketProps) {
    super(scope, id, { enforceSSL: true, minimumTLSVersion: 1.2, removalPolicy });
  }

  /** Lets a function read the document of the pages. */
  grantReadDocument(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['s3:GetObject'], resources: [this.arnForObjects('index.html')] });
    fn.addVariables({ PAGES_BUCKET: this.bucketName } satisfies Environment<Pick<LinkPreviewEnv, 'PAGES_BUCKET'>>);
  }

  /**
   * Lets the distribution list the bucket, so that S3 responds 404 instead of 403 for a missing file. No request lists
   * it: the function of the pages routes every path to a file.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  grantList({ distributionArn }: Distribution): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:ListBucket'],
        resources: [this.bucketArn],
        conditions: { StringEquals: { 'AWS:SourceArn': distributionArn } },
      }),
    );
  }
}
