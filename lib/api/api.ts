import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ApiEnv } from '../../lambdas/api/env.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { SignInClient } from '../accounts/sign-in-client.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { SigningKeys } from '../delivery/signing-keys.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';
import { type SourceBucket, UPLOADS, UPLOADS_REASON } from '../storage/source-bucket.ts';

export interface ApiProps {
  /** Where uploads arrive. */
  readonly source: SourceBucket;
  /** What is known of videos. */
  readonly catalog: Catalog;
  /** Takes a failed upload once more. */
  readonly uploads: WorkQueue;
  /** Removes everything of a deleted video. */
  readonly removals: WorkQueue;
  /** Scheme and authority of the distribution, without a trailing slash. */
  readonly edgeUrl: string;
  /** Signs the URLs of videos. */
  readonly signingKeys: SigningKeys;
  /** Whose people it serves. */
  readonly accounts: Accounts;
  /** The only client whose tokens it accepts. */
  readonly client: SignInClient;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

/** What people do with videos: one function behind the HTTP API. */
export class Api extends Construct {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'api',
      description: 'Answers for people and their videos',
      // Before the HTTP API gives up on it.
      timeout: Duration.seconds(29),
      // Somebody waits for it: more memory is more processor.
      memorySize: 1024,
      environment: {
        EDGE_URL: props.edgeUrl,
        TOKEN_ISSUER: props.accounts.issuer,
        TOKEN_CLIENT_ID: props.client.clientId,
      } satisfies Environment<Pick<ApiEnv, 'EDGE_URL' | 'TOKEN_ISSUER' | 'TOKEN_CLIENT_ID'>>,
    });
    props.catalog.grantAccess(this.fn);
    props.signingKeys.grantSign(this.fn);
    props.uploads.grantSend(this.fn, 'UPLOADS_QUEUE_URL' satisfies keyof ApiEnv);
    props.removals.grantSend(this.fn, 'REMOVALS_QUEUE_URL' satisfies keyof ApiEnv);
    this.#grantUpload(props.source);
  }

  /**
   * What is presigned is done with the rights of whoever signs. Reading tells whether an upload has arrived, and with
   * the right to list S3 says so of one that has not, too.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
   */
  #grantUpload(source: SourceBucket): void {
    allow(this.fn.role, {
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [source.arnForObjects(UPLOADS)],
      wildcardReason: UPLOADS_REASON,
    });
    allow(this.fn.role, { actions: ['s3:ListBucket'], resources: [source.bucketArn] });
    this.fn.addVariables({ SOURCE_BUCKET: source.bucketName } satisfies Environment<Pick<ApiEnv, 'SOURCE_BUCKET'>>);
  }
}
