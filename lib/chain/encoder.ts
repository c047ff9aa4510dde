import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnQueue } from 'aws-cdk-lib/aws-mediaconvert';
import { Construct } from 'constructs';
import type { CompletionEnv, TranscodeEnv } from '../../lambdas/contracts/environment.ts';
import type { Config } from '../config/config.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';

export interface EncoderProps {
  /** Bucket that jobs read. */
  readonly source: SourceBucket;
  /** Bucket that jobs write. */
  readonly output: OutputBucket;
  /** Queue of the jobs. */
  readonly encode: Config['encode'];
}

/** MediaConvert: a queue, which other applications may share, and the role that jobs of this deployment assume. */
export class Encoder extends Construct {
  /**
   * Id that every job of this deployment carries in its user metadata: the name of the stack, which is unique in its account
   * and region.
   */
  readonly deployment: string;
  readonly queueArn: string;
  readonly #output: OutputBucket;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: EncoderProps) {
    super(scope, id);
    this.#output = props.output;
    this.deployment = Stack.of(this).stackName;
    this.queueArn = this.#chooseQueue(props.encode);

    // Only jobs of this queue; and only functions of this deployment may pass the role.
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
   * Returns the account's default queue, or a queue of this deployment. The jobs that it may run at once come out of the
   * account's quota, so that without a number it would depend on the account whether they start.
   * https://docs.aws.amazon.com/mediaconvert/latest/ug/working-with-on-demand-queues.html
   */
  #chooseQueue({ queue, concurrentJobs }: Config['encode']): string {
    if (queue === 'default') {
      return Stack.of(this).formatArn({ service: 'mediaconvert', resource: 'queues', resourceName: 'Default' });
    }
    const own = new CfnQueue(this, 'Queue', {
      pricingPlan: 'ON_DEMAND',
      status: 'ACTIVE',
      ...(concurrentJobs !== undefined && { concurrentJobs }),
    });
    return own.attrArn;
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

  /** Lets a function cancel a job that is no longer needed, and provides the id that such a job must carry. */
  grantCancel(fn: SluiceFunction): void {
    this.#grantOnJobs(fn, 'mediaconvert:CancelJob');
    fn.addVariables({ DEPLOYMENT_ID: this.deployment } satisfies Environment<Pick<CompletionEnv, 'DEPLOYMENT_ID'>>);
  }

  /** Lets a function read the state of a job. */
  grantLookUp(fn: SluiceFunction): void {
    this.#grantOnJobs(fn, 'mediaconvert:GetJob');
  }

  /**
   * Lets a function list the jobs of the queue, read one and cancel one.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
   */
  grantReconcile(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['mediaconvert:ListJobs'], resources: [this.queueArn] });
    this.grantCancel(fn);
    this.grantLookUp(fn);
    fn.addVariables({ ENCODER_QUEUE_ARN: this.queueArn } satisfies Environment<Pick<TranscodeEnv, 'ENCODER_QUEUE_ARN'>>);
  }

  #grantOnJobs(fn: SluiceFunction, action: string): void {
    allow(fn.role, {
      actions: [action],
      resources: [Stack.of(this).formatArn({ service: 'mediaconvert', resource: 'jobs', resourceName: '*' })],
      wildcardReason: 'MediaConvert names a job when it is created.',
    });
  }
}
