import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PUBLISHED_TAG } from '../../lambdas/contracts/output-layout.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface OutputBucketProps {
  /** Origins of web pages that may read media. */
  readonly playerOrigins: readonly string[];
  /** What becomes of the bucket when the stack is deleted; CloudFormation deletes it only when it is empty. */
  readonly removalPolicy: RemovalPolicy;
}

/** Everything of every video lies below this. */
const VIDEOS = 'v/*';
const VIDEOS_REASON = 'Videos come and go; everything of theirs lies below v/.';

/** The tag that the permissions step sets, as a condition on what may be read. */
export const ONLY_PUBLISHED = { [`s3:ExistingObjectTag/${PUBLISHED_TAG.key}`]: PUBLISHED_TAG.value } as const;

/**
 * Where encodes lie. It has no policy of its own here: the policy names the distribution, and the stack of the
 * distribution names this bucket, so the two would import each other. That stack owns the policy.
 */
export class OutputBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: OutputBucketProps) {
    super(scope, id, {
      // Answers the preflight of a player that asks for ranges; the edge sets the headers of everything else.
      cors: [
        {
          allowedMethods: [HttpMethods.GET, HttpMethods.HEAD],
          allowedOrigins: [...props.playerOrigins],
          allowedHeaders: ['Range', 'If-Range'],
          maxAge: 86_400,
        },
      ],
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S10',
      reason: 'The policy that demands TLS is in the stack of the distribution, which owns the policy of this bucket.',
    });
  }

  /** For the encoder: writing, and nothing that is already there. */
  grantEncoderWrite(role: IRole): void {
    allow(role, {
      actions: ['s3:PutObject'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
  }

  /** For the step that publishes: finding and tagging, but not reading what it tags. */
  grantPublish(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:PutObjectTagging'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /** For steps that add files made from the encode's own; tagging, because what they add is published at once. */
  grantEnrich(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /** For the edge's own functions: like CloudFront itself, they may fetch only what is published. */
  grantReadPublished(fn: SluiceFunction): void {
    allow(fn.role, {
      actions: ['s3:GetObject'],
      resources: [this.arnForObjects(VIDEOS)],
      conditions: { StringEquals: ONLY_PUBLISHED },
      wildcardReason: VIDEOS_REASON,
    });
    this.#provideName(fn);
  }

  /** For whoever removes what was deleted: finding and deleting, but not reading what it deletes. */
  grantRemove(fn: SluiceFunction): void {
    this.#grantList(fn.role);
    allow(fn.role, {
      actions: ['s3:DeleteObject'],
      resources: [this.arnForObjects(VIDEOS)],
      wildcardReason: VIDEOS_REASON,
    });
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
