import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { allow } from '../foundation/allow.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface SourceBucketProps {
  /** Origins of web pages that may upload with a presigned request. */
  readonly uploadOrigins: readonly string[];
  /** Policy for the bucket when the stack is deleted; CloudFormation deletes only an empty bucket. */
  readonly removalPolicy: RemovalPolicy;
}

/** Keys of all objects that are uploaded through the API. */
export const UPLOADS = 'uploads/*';
export const UPLOADS_REASON = 'Each upload has its own key below uploads/.';

/**
 * Bucket that receives uploads. It is versioned, since an upload is a version of a key: a later upload never replaces
 * the bytes that an earlier one is being processed from. Every created object is an event on the account's bus.
 */
export class SourceBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: SourceBucketProps) {
    super(scope, id, {
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      // Objects replaced or deleted by mistake can be restored for a month.
      lifecycleRules: [{ id: 'replaced-uploads', noncurrentVersionExpiration: Duration.days(30) }],
      cors: [
        {
          // For presigned requests that send a whole file or a part. The API itself checks the uploaded objects.
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: [...props.uploadOrigins],
          allowedHeaders: ['Content-Type', 'If-None-Match'],
          maxAge: 3600,
        },
      ],
      removalPolicy: props.removalPolicy,
    });
    // `eventBridgeEnabled` would use a custom resource; CloudFormation does not need one.
    const bucket = this.node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new Error('The bucket has no CfnBucket to set notifications on.');
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /**
   * Lets a role read current versions. With `ListBucket`, S3 responds 404 for a missing object instead of 403, which
   * distinguishes a deleted upload from a missing permission.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
   */
  grantReadCurrent(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket'], resources: [this.bucketArn] });
    this.#allowObjects(role, ['s3:GetObject']);
  }

  /** Lets a role read all versions. */
  grantReadVersions(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [this.bucketArn] });
    this.#allowObjects(role, ['s3:GetObject', 's3:GetObjectVersion']);
  }

  /** Lets a role permanently delete objects uploaded through the API. */
  grantDeleteUploads(role: IRole): void {
    allow(role, {
      actions: ['s3:DeleteObjectVersion'],
      resources: [this.arnForObjects(UPLOADS)],
      wildcardReason: UPLOADS_REASON,
    });
  }

  /**
   * Lets a role permanently delete any object and abort unfinished uploads. It deletes versions only, since an object
   * hidden by a delete marker would still be billed and could be restored.
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

  /**
   * Lets a function list all versions and look at one, which it always names by its id, and names the bucket. Such a request
   * does not need `GetObject`.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  grantReconcile(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [this.bucketArn] });
    this.#allowObjects(fn.role, ['s3:GetObjectVersion']);
    fn.addVariables({ SOURCE_BUCKET: this.bucketName } satisfies Environment<{ SOURCE_BUCKET: unknown }>);
  }

  /**
   * Lets a function read versions that it knows by their ids, and find none. Such a request does not need `GetObject`.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  grantReadKnownVersions(fn: SluiceFunction): void {
    this.#allowObjects(fn.role, ['s3:GetObjectVersion']);
  }

  /** Lets the encoder read objects; a job cannot name a version. */
  grantEncoderRead(role: IRole): void {
    this.#allowObjects(role, ['s3:GetObject']);
  }

  #allowObjects(role: IRole, actions: readonly string[]): void {
    allow(role, { actions, resources: [this.arnForObjects('*')], wildcardReason: 'Uploads may have any key.' });
  }
}
