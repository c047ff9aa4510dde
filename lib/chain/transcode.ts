import { Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { TranscodeEnv } from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { QueueTarget } from '../foundation/queue-target.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { CONSUMER_TIMEOUT, WorkQueue } from '../foundation/work-queue.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';
import type { Encoder } from './encoder.ts';
import type { JobDeadlines } from './job-deadlines.ts';

export interface TranscodeProps {
  /** Bucket that receives uploads. */
  readonly source: SourceBucket;
  /** Bucket that holds the indexes from which sources are packaged. */
  readonly output: OutputBucket;
  /** Catalog that records their state. */
  readonly catalog: Catalog;
  /** Encoder that receives their jobs. */
  readonly encoder: Encoder;
  /** Deadlines of the jobs. */
  readonly deadlines: JobDeadlines;
  /** Maximum concurrent invocations. */
  readonly maxConcurrency: number;
  /** Queue that it notifies of uploads that end without a job, and whose dead-letter queue it shares. */
  readonly completion: WorkQueue;
  /** Largest short side of a rung, in pixels. */
  readonly maxShortSide: number;
  /** Maximum prices of encodes. */
  readonly caps: Pick<Config['encode'], 'maxPriceUsd' | 'maxPriceUsdPerDay'>;
  /** Settings that all functions share. */
  readonly functions: FunctionDefaults;
}

/** Takes objects of the source bucket to encoding jobs: every upload waits in a queue until its job is submitted. */
export class Transcode extends Construct {
  readonly uploads: WorkQueue;

  constructor(scope: Construct, id: string, props: TranscodeProps) {
    super(scope, id);
    this.uploads = new WorkQueue(this, 'Uploads', { deadLetters: props.completion.deadLetters });
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'transcode',
      description: 'Registers and inspects an upload, and submits its encoding job',
      timeout: CONSUMER_TIMEOUT,
      memorySize: 1024,
      environment: {
        LADDER_MAX_SHORT_SIDE: String(props.maxShortSide),
        ENCODE_MAX_PRICE_USD: String(props.caps.maxPriceUsd),
        ENCODE_MAX_PRICE_USD_PER_DAY: String(props.caps.maxPriceUsdPerDay),
      } satisfies Environment<
        Pick<TranscodeEnv, 'LADDER_MAX_SHORT_SIDE' | 'ENCODE_MAX_PRICE_USD' | 'ENCODE_MAX_PRICE_USD_PER_DAY'>
      >,
    });
    props.catalog.grantAccess(fn, 'chain');
    props.source.grantReadVersions(fn.role);
    props.source.grantDeleteUploads(fn.role);
    props.output.grantIndex(fn);
    props.output.grantPoint(fn);
    props.encoder.grantSubmit(fn);
    props.deadlines.grantSet(fn);
    props.completion.grantSend(fn, 'COMPLETION_QUEUE_URL' satisfies keyof TranscodeEnv);
    this.uploads.feed(fn, { maxConcurrency: props.maxConcurrency, deployment: props.encoder.deployment });

    // S3 sends "Object Created" for every way of writing an object: PUT, POST, copy and multipart.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
    new Rule(this, 'ObjectCreated', {
      description: 'Every object created in the source bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [props.source.bucketName] } },
      },
      targets: [new QueueTarget(this.uploads)],
    });
  }
}
