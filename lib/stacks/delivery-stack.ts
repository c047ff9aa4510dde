import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { edgeOrigin } from '../delivery/edge-origin.ts';
import { Edge } from '../delivery/edge.ts';
import { Playback } from '../delivery/playback.ts';
import { Playlists } from '../delivery/playlists.ts';
import { PublishedObjectsPolicy } from '../delivery/published-objects-policy.ts';
import { SigningKeys } from '../delivery/signing-keys.ts';
import type { FunctionDefaults } from '../functions/sluice-function.ts';
import type { DataStack } from './data-stack.ts';

export interface DeliveryStackProps extends StackProps {
  readonly config: Config;
  /** Where videos and catalog are. */
  readonly data: DataStack;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

/** The way of a video to its viewers. It refers to the data stack only. */
export class DeliveryStack extends Stack {
  readonly distributionArn: string;

  constructor(scope: Construct, id: string, { config, data, functions, ...props }: DeliveryStackProps) {
    super(scope, id, props);
    const { output, catalog } = data;
    const signingKeys = new SigningKeys(this, 'SigningKeys', { ...config.signingKeys, functions });
    const playlists = new Playlists(this, 'Playlists', { output, functions });
    const { distribution } = new Edge(this, 'Edge', {
      output,
      playlists: playlists.url,
      keyGroup: signingKeys.keyGroup,
      playerOrigins: config.corsOrigins,
      settings: config.edge,
    });
    this.distributionArn = distribution.distributionArn;
    new PublishedObjectsPolicy(this, 'OutputPolicy', { output, distributionArn: this.distributionArn });

    const { domain } = config.edge;
    const edgeUrl = edgeOrigin(this, domain.kind === 'custom' ? domain.name : distribution.distributionDomainName);
    const playback = new Playback(this, 'Playback', { edgeUrl, catalog, signingKeys, functions });

    new CfnOutput(this, 'PlaybackFunctionName', { value: playback.fn.functionName });
    new CfnOutput(this, 'EdgeOrigin', { value: edgeUrl });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
  }
}
