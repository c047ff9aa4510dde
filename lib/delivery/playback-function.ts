import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { PlaybackEnv } from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface PlaybackFunctionProps {
  /** Scheme and authority of the edge, without a trailing slash. */
  readonly edgeUrl: string;
  /** Catalog with the ready revision of each video. */
  readonly catalog: Catalog;
  /** Keys that it signs with. */
  readonly signingKeys: SigningKeys;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Function that returns signed URLs to callers with permission to invoke it. Like the API, it can read the private key. */
export class PlaybackFunction extends Construct {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: PlaybackFunctionProps) {
    super(scope, id);
    this.fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'playback',
      description: 'Signs the URLs of a ready video',
      // Long enough for a paused catalog to resume.
      timeout: Duration.seconds(60),
      memorySize: 1024,
      environment: { EDGE_URL: props.edgeUrl } satisfies Environment<Pick<PlaybackEnv, 'EDGE_URL'>>,
    });
    props.catalog.grantAccess(this.fn, 'api');
    props.signingKeys.grantSign(this.fn);
  }
}
