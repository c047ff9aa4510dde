import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnQueue } from 'aws-cdk-lib/aws-mediaconvert';
import { Construct } from 'constructs';
import type { TranscodeEnv } from '../../lambdas/contracts/environment.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';

export interface EncoderProps {
  /** Bucket that jobs read. */
  readonly source: SourceBucket;
  /** Bucket that jobs write. */
  readonly output: OutputBucket;
}

/**
 * MediaConvert: a queue of this deployment, which distinguishes its jobs and events from others of the account, and the
 * role that jobs assume.
 */
export class Encoder extends Construct {
  readonly queueArn: string;
  readonly #output: OutputBucket;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: EncoderProps) {
    super(scope, id);
    this.#output = props.output;
    this.queueArn = new CfnQueue(this, 'Queue', { pricingPlan: 'ON_DEMAND', status: 'ACTIVE' }).attrArn;

    // Only jobs of this queue.
    // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
    this.#role = new Role(this, 'JobRole', {
      assumedBy: new ServicePrincipal('mediaconvert.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': this.queueArn },
        },
      }),
      description: 'Lets encoding jobs read uploads and write encodes',
    });
    props.source.grantEncoderRead(this.#role);
    props.output.grantEncoderWrite(this.#role);
  }

  /**
   * Lets a function probe files, submit jobs, and cancel a job that should not have been submitted.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
   */
  grantSubmit(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['mediaconvert:CreateJob'], resources: [this.queueArn] });
    allow(fn.role, {
      actions: ['mediaconvert:Probe'],
      resources: ['*'],
      wildcardReason: 'Probe has no resource types; it reads with the permissions of the caller.',
    });
    allow(fn.role, {
      actions: ['iam:PassRole'],
      resources: [this.#role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'mediaconvert.amazonaws.com' } },
    });
    this.grantCancel(fn);
    fn.addVariables({
      OUTPUT_BUCKET: this.#output.bucketName,
      ENCODER_QUEUE_ARN: this.queueArn,
      ENCODER_ROLE_ARN: this.#role.roleArn,
    } satisfies Environment<Pick<TranscodeEnv, 'OUTPUT_BUCKET' | 'ENCODER_QUEUE_ARN' | 'ENCODER_ROLE_ARN'>>);
  }

  /** Lets a function cancel a job that is no longer needed. */
  grantCancel(fn: SluiceFunction): void {
    this.#grantOnJobs(fn, 'mediaconvert:CancelJob');
  }

  /** Lets a function read the state of a job. */
  grantLookUp(fn: SluiceFunction): void {
    this.#grantOnJobs(fn, 'mediaconvert:GetJob');
  }

  #grantOnJobs(fn: SluiceFunction, action: string): void {
    allow(fn.role, {
      actions: [action],
      resources: [Stack.of(this).formatArn({ service: 'mediaconvert', resource: 'jobs', resourceName: '*' })],
      wildcardReason: 'MediaConvert names a job when it is created.',
    });
  }
}
