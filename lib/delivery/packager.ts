import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PackagerEnv } from '../../lambdas/contracts/environment.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';

export interface PackagerProps {
  /** Bucket that holds indexes. */
  readonly output: OutputBucket;
  /** Bucket that holds the files of which segments are made. */
  readonly source: SourceBucket;
  /** Minutes for which it uses the indexes that it holds while storage fails. */
  readonly staleOnErrorMinutes: number;
  /** Concurrency that is kept for the function, which is also its limit. @default none */
  readonly reservedConcurrency?: number | undefined;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Function that packages init and media segments just in time. Only the distribution may call its URL. */
export class Packager extends Construct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, props: PackagerProps) {
    super(scope, id);
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'packager',
      description: 'Packages init and media segments just in time',
      // The largest segment has 96 MB: it is read within ten seconds, and 90 MB of it are streamed at 2 MB/s.
      timeout: Duration.seconds(60),
      // Twice the largest segment, the indexes and the runtime; more memory also means more CPU and bandwidth.
      memorySize: 1024,
      reservedConcurrency: props.reservedConcurrency,
      environment: {
        STALE_ON_ERROR_MINUTES: String(props.staleOnErrorMinutes),
      } satisfies Environment<Pick<PackagerEnv, 'STALE_ON_ERROR_MINUTES'>>,
    });
    props.output.grantReadPublished(fn);
    props.source.grantReadKnownVersions(fn);
    // A buffered response may have 6 MB, less than a segment.
    this.url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM, invokeMode: InvokeMode.RESPONSE_STREAM });
  }
}
