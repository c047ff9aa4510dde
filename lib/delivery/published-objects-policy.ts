import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { JUST_IN_TIME, ONLY_PUBLISHED, type OutputBucket } from '../storage/output-bucket.ts';

export interface PublishedObjectsPolicyProps {
  /** Bucket that the policy belongs to. */
  readonly output: OutputBucket;
  /** ARN of the only distribution that may read it. */
  readonly distributionArn: string;
}

/**
 * Policy of the output bucket: TLS only, and only this distribution may fetch objects, and only those tagged as
 * published, so that no unfinished encode can be fetched whatever its URL. Pointers and indexes are published for functions of the
 * edge, and name the source: the distribution itself gets none, also not by a path such as `mp4hls%2Fpointer`, which matches
 * the behavior of media, since CloudFront decodes no slashes, and which S3 takes for the same key.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export class PublishedObjectsPolicy extends BucketPolicy {
  constructor(scope: Construct, id: string, { output, distributionArn }: PublishedObjectsPolicyProps) {
    super(scope, id, { bucket: output, removalPolicy: RemovalPolicy.DESTROY });
    const everything = [output.bucketArn, output.arnForObjects('*')];
    const deny = { effect: Effect.DENY, principals: [new AnyPrincipal()], actions: ['s3:*'], resources: everything };
    this.document.addStatements(
      new PolicyStatement({ ...deny, conditions: { Bool: { 'aws:SecureTransport': 'false' } } }),
      new PolicyStatement({ ...deny, conditions: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: [output.arnForObjects('v/*')],
        conditions: { StringEquals: { 'AWS:SourceArn': distributionArn, ...ONLY_PUBLISHED } },
      }),
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: [output.arnForObjects(JUST_IN_TIME)],
      }),
    );
  }
}
