import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { HttpMethods, type LifecycleRule, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ARCHIVED_TAG, pointerKey, PUBLISHED_TAG, RECONCILIATION_KEY } from '../../lambdas/contracts/output-layout.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface OutputBucketProps {
  /** Whether superseded revisions are archived after their grace. */
  readonly archivesSuperseded: boolean;
  /** Origins of web pages that may read media. */
  readonly playerOrigins: readonly string[];
  /** Policy for the bucket when the stack is deleted; CloudFormation deletes only an empty bucket. */
  readonly removalPolicy: RemovalPolicy;
}

/** Keys of all objects that belong to videos. */
const VIDEOS = 'v/*';
const VIDEOS_REASON = 'Videos come and go; all their objects are below v/.';

/** Keys of all pointers and indexes. */
export const JUST_IN_TIME = 'v/*/mp4hls/*';

/** IAM condition on the tag that the permissions step sets. */
export const ONLY_PUBLISHED = { [`s3:ExistingObjectTag/${PUBLISHED_TAG.key}`]: PUBLISHED_TAG.value } as const;

/**
 * Moves archived revisions to the cheapest storage class. Objects below 128 KB stay where they are, since there each costs
 * more than it saves.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const ARCHIVE_SUPERSEDED: LifecycleRule = {
  id: 'superseded-revisions',
  prefix: 'v/',
  tagFilters: { [ARCHIVED_TAG.key]: ARCHIVED_TAG.value },
  transitions: [{ storageClass: StorageClass.DEEP_ARCHIVE, transitionAfter: Duration.days(0) }],
};

/**
 * Bucket that holds encodes. Its policy belongs to the distribution's stack: the policy names the distribution and the
 * distribution names this bucket, so otherwise the two stacks would import each other.
 */
export class OutputBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: OutputBucketProps) {
    super(scope, id, {
      // For preflights, which S3 refuses for a header that it does not allow. The edge sets the CORS headers of all responses.
      cors: [
        {
          allowedMethods: [HttpMethods.GET, HttpMethods.HEAD],
          allowedOrigins: [...props.playerOrigins],
          allowedHeaders: ['*'],
          maxAge: 86_400,
        },
      ],
      ...(props.archivesSuperseded && { lifecycleRules: [ARCHIVE_SUPERSEDED] }),
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S10',
      reason: "The bucket's policy, which requires TLS, belongs to the stack of the distribution.",
    });
  }

  /** Lets the encoder write objects, and read none. */
  grantEncoderWrite(role: IRole): void {
    allow(role, {
      actions: ['s3:PutObject'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
  }

  /** Lets the publishing step list and tag objects, but not read them. */
  grantPublish(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:PutObjectTagging'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /** Lets a step read an encode and add files to it, with tags, since added files are published at once. */
  grantEnrich(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /** Lets a function say what plays at the permanent addresses of videos. The tag that publishes a pointer is part of writing it. */
  grantPoint(fn: SluiceFunction): void {
    allow(fn.role, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      resources: [this.arnForObjects(pointerKey('*'))],
      wildcardReason: 'Each video has a pointer.',
    });
    this.#provideName(fn);
  }

  /** Lets a function write the indexes from which sources are packaged, with the tag that publishes them. */
  grantIndex(fn: SluiceFunction): void {
    allow(fn.role, {
      actions: ['s3:PutObject', 's3:PutObjectTagging'],
      resources: [this.arnForObjects('v/*/mp4hls/index')],
      wildcardReason: 'Each revision has an index.',
    });
    this.#provideName(fn);
  }

  /** Lets a function of the edge read published objects, as CloudFront itself may. */
  grantReadPublished(fn: SluiceFunction): void {
    allow(fn.role, {
      actions: ['s3:GetObject'],
      resources: [this.arnForObjects(VIDEOS)],
      conditions: { StringEquals: ONLY_PUBLISHED },
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /** Lets a function list and delete objects, but not read them. */
  grantRemove(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:DeleteObject'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /**
   * Lets a function list, tag, untag and delete objects, but not read them.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
   */
  grantWithdraw(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:DeleteObject', 's3:DeleteObjectTagging', 's3:PutObjectTagging'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /**
   * Lets a function list and delete objects and read their tags, but not the objects, and keep its state in an object of its
   * own. With `ListBucket`, S3 responds 404 instead of 403 while there is none.
   */
  grantReconcile(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['s3:ListBucket'], resources: [this.bucketArn] });
    allow(fn.role, {
      actions: ['s3:DeleteObject', 's3:GetObjectTagging'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    allow(fn.role, { actions: ['s3:GetObject', 's3:PutObject'], resources: [this.arnForObjects(RECONCILIATION_KEY)] });
    this.#provideName(fn);
  }

  #grantList(role: IRole): void {
    allow(role, {
      actions: ['s3:ListBucket'],
      resources: [this.bucketArn],
      conditions: { StringLike: { 's3:prefix': VIDEOS } },
    });
  }

  #provideName(fn: SluiceFunction): void {
    fn.addVariables({ OUTPUT_BUCKET: this.bucketName } satisfies Environment<{ OUTPUT_BUCKET: unknown }>);
  }
}
