import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ApiEnv } from '../../lambdas/contracts/environment.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { SignInClient } from '../accounts/sign-in-client.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { OriginSecrets } from '../delivery/origin-secrets.ts';
import type { SigningKeys } from '../delivery/signing-keys.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';
import { type SourceBucket, UPLOADS, UPLOADS_REASON } from '../storage/source-bucket.ts';

export interface ApiProps {
  /** Bucket that receives uploads. */
  readonly source: SourceBucket;
  /** Catalog that it reads and writes. */
  readonly catalog: Catalog;
  /** Queue that retries a failed upload. */
  readonly uploads: WorkQueue;
  /** Queue that removes a deleted video. */
  readonly removals: WorkQueue;
  /** Queue that withdraws and publishes a video. */
  readonly withdrawals: WorkQueue;
  /** Scheme and authority of the distribution, without a trailing slash. */
  readonly edgeUrl: string;
  /** Keys for signing playback URLs. */
  readonly signingKeys: SigningKeys;
  /** Secrets by which it recognizes requests of the distribution. */
  readonly originSecrets: OriginSecrets;
  /** Accounts that it serves. */
  readonly accounts: Accounts;
  /** Only client whose tokens it accepts. */
  readonly client: SignInClient;
  /** Concurrency that is kept for the function, which is also its limit. @default none */
  readonly reservedConcurrency?: number | undefined;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Function behind the HTTP API for videos and uploads. */
export class Api extends Construct {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'api',
      description: 'HTTP API for videos and uploads',
      // The HTTP API itself times out after 30 seconds.
      timeout: Duration.seconds(29),
      // More memory means more CPU, for lower latency.
      memorySize: 1024,
      reservedConcurrency: props.reservedConcurrency,
      environment: {
        EDGE_URL: props.edgeUrl,
        TOKEN_ISSUER: props.accounts.issuer,
        TOKEN_CLIENT_ID: props.client.clientId,
      } satisfies Environment<Pick<ApiEnv, 'EDGE_URL' | 'TOKEN_ISSUER' | 'TOKEN_CLIENT_ID'>>,
    });
    props.catalog.grantAccess(this.fn, 'api');
    props.signingKeys.grantSign(this.fn);
    props.originSecrets.addDigests(this.fn);
    props.uploads.grantSend(this.fn, 'UPLOADS_QUEUE_URL' satisfies keyof ApiEnv);
    props.removals.grantSend(this.fn, 'REMOVALS_QUEUE_URL' satisfies keyof ApiEnv);
    props.withdrawals.grantSend(this.fn, 'WITHDRAWALS_QUEUE_URL' satisfies keyof ApiEnv);
    this.#grantUpload(props.source);
  }

  /**
   * Grants the signer what its presigned requests do, since they run with its permissions. Reading an object shows
   * whether it has arrived; with `ListBucket`, S3 responds 404 for a missing one instead of 403.
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
