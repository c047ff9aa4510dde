import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { allow } from '../foundation/allow.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface SourceBucketProps {
  /** Origins of web pages that may upload with a presigned request. */
  readonly uploadOrigins: readonly string[];
  /** What becomes of the bucket when the stack is deleted; CloudFormation deletes it only when it is empty. */
  readonly removalPolicy: RemovalPolicy;
}

/** Everything that the API has people put into the bucket. */
export const UPLOADS = 'uploads/*';
export const UPLOADS_REASON = 'Each upload has a key of its own below uploads/.';

/**
 * Where uploads arrive. Versioned, because an upload is a version of a key: a later one never takes the bytes away from
 * under the work on an earlier one. Each object created, however it was put there, is an event on the account's bus.
 */
export class SourceBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: SourceBucketProps) {
    super(scope, id, {
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      // What was replaced or deleted by mistake can be brought back for a month.
      lifecycleRules: [{ id: 'replaced-uploads', noncurrentVersionExpiration: Duration.days(30) }],
      cors: [
        {
          // Presigned requests, for a whole file or a part; the API itself looks at what has come.
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: [...props.uploadOrigins],
          allowedHeaders: ['Content-Type'],
          maxAge: 3600,
        },
      ],
      removalPolicy: props.removalPolicy,
    });
    // `eventBridgeEnabled` would do this through a custom resource; CloudFormation can do it by itself.
    const bucket = this.node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new Error('The bucket has no resource to set notifications on');
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /**
   * Reading of what lies under a key now. With the right to list, S3 answers 404 for what is gone rather than 403,
   * which tells a deleted upload from a missing permission.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
   */
  grantReadCurrent(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket'], resources: [this.bucketArn] });
    this.#allowObjects(role, ['s3:GetObject']);
  }

  /** Reading of any version, too. */
  grantReadVersions(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [this.bucketArn] });
    this.#allowObjects(role, ['s3:GetObject', 's3:GetObjectVersion']);
  }

  /** Removing for good what the API has let people upload. */
  grantDeleteUploads(role: IRole): void {
    allow(role, {
      actions: ['s3:DeleteObjectVersion'],
      resources: [this.arnForObjects(UPLOADS)],
      wildcardReason: UPLOADS_REASON,
    });
  }

  /**
   * Removing for good whatever was deleted, with the parts of what never came to its end. Always a version: one that is
   * only hidden would still be paid for, and could come back.
   */
  grantRemove(role: IRole): void {
    allow(role, { actions: ['s3:ListBucketVersions'], resources: [this.bucketArn] });
    this.#allowObjects(role, ['s3:DeleteObjectVersion']);
    allow(role, {
      actions: ['s3:AbortMultipartUpload'],
      resources: [this.arnForObjects(UPLOADS)],
      wildcardReason: UPLOADS_REASON,
    });
  }

  /** Reading of what a job names, which is never a version. */
  grantEncoderRead(role: IRole): void {
    this.#allowObjects(role, ['s3:GetObject']);
  }

  #allowObjects(role: IRole, actions: readonly string[]): void {
    allow(role, { actions, resources: [this.arnForObjects('*')], wildcardReason: 'Uploads may have any key.' });
  }
}
