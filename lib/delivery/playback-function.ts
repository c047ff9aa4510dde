import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { PlaybackEnv } from '../../lambdas/playback/env.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface PlaybackFunctionProps {
  /** Scheme and authority of the edge, without a trailing slash. */
  readonly edgeUrl: string;
  /** Which revision of a video is ready. */
  readonly catalog: Catalog;
  /** Signs. */
  readonly signingKeys: SigningKeys;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

/** Hands out signed URLs to whoever may invoke it; like the API, it may read the private key. */
export class PlaybackFunction extends Construct {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: PlaybackFunctionProps) {
    super(scope, id);
    this.fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'playback',
      description: 'Signs the URLs of a ready video',
      // Time for a paused catalog to resume.
      timeout: Duration.seconds(60),
      memorySize: 1024,
      environment: { EDGE_URL: props.edgeUrl } satisfies Environment<Pick<PlaybackEnv, 'EDGE_URL'>>,
    });
    props.catalog.grantAccess(this.fn);
    props.signingKeys.grantSign(this.fn);
  }
}
