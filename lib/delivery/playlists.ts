import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PlaylistEnv } from '../../lambdas/contracts/environment.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface PlaylistsProps {
  /** Bucket that holds playlists as the encoder wrote them, and the indexes and pointers from which others are made. */
  readonly output: OutputBucket;
  /** Keys whose signatures it accepts. */
  readonly signingKeys: SigningKeys;
  /** Queue of the transcode function, which makes a missing index of a source. */
  readonly uploads: WorkQueue;
  /** Minutes for which it uses what it holds while storage fails. */
  readonly staleOnErrorMinutes: number;
  /** Concurrency that is kept for the function, which is also its limit. @default none */
  readonly reservedConcurrency?: number | undefined;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Function that serves every playlist, with a viewer's signature on each URI in it. Only the distribution may call its URL. */
export class Playlists extends Construct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, props: PlaylistsProps) {
    super(scope, id);
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'playlist',
      description: 'Adds the signature of a viewer to every URI in a playlist',
      timeout: Duration.seconds(10),
      // More memory means more CPU, for lower latency.
      memorySize: 1024,
      reservedConcurrency: props.reservedConcurrency,
      environment: {
        STALE_ON_ERROR_MINUTES: String(props.staleOnErrorMinutes),
      } satisfies Environment<Pick<PlaylistEnv, 'STALE_ON_ERROR_MINUTES'>>,
    });
    props.output.grantReadPublished(fn);
    props.signingKeys.addPublicKeys(fn);
    props.uploads.grantSend(fn, 'UPLOADS_QUEUE_URL' satisfies keyof PlaylistEnv);
    this.url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }
}
