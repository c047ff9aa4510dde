import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';

export interface PlaylistsProps {
  /** Where playlists lie as the encoder wrote them. */
  readonly output: OutputBucket;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

/** Carries a viewer's signature on to every address in a playlist. Only the distribution may call its URL. */
export class Playlists extends Construct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, props: PlaylistsProps) {
    super(scope, id);
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'playlist',
      description: 'Carries the signature of a viewer on to every address in a playlist',
      timeout: Duration.seconds(10),
      // A viewer waits for it: more memory is more processor.
      memorySize: 1024,
    });
    props.output.grantReadPublished(fn);
    this.url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }
}
