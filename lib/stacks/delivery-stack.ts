import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SignInClient } from '../accounts/sign-in-client.ts';
import { Api } from '../api/api.ts';
import { HttpGateway } from '../api/http-gateway.ts';
import type { Config } from '../config/config.ts';
import { edgeOrigin } from '../foundation/edge-origin.ts';
import { Edge } from '../delivery/edge.ts';
import { originParameter } from '../foundation/origin-parameter.ts';
import { PlaybackFunction } from '../delivery/playback-function.ts';
import { Playlists } from '../delivery/playlists.ts';
import { PublishedObjectsPolicy } from '../delivery/published-objects-policy.ts';
import { Removal } from '../delivery/removal.ts';
import { SigningKeys } from '../delivery/signing-keys.ts';
import type { FunctionDefaults } from '../foundation/sluice-function.ts';
import { PagesBucket } from '../pages/pages-bucket.ts';
import { PagesDeployment } from '../pages/pages-deployment.ts';
import type { DataStack } from './data-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';

export interface DeliveryStackProps extends StackProps {
  readonly config: Config;
  /** Where videos, catalog and accounts are. */
  readonly data: DataStack;
  /** What takes a failed upload once more, and stops the jobs of a deleted video. */
  readonly pipeline: PipelineStack;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
  /** Directory of the pages as built. @default no pages are deployed */
  readonly pages?: string | undefined;
}

/** People and viewers: pages, API and the way of a video to a screen. It refers to data and pipeline. */
export class DeliveryStack extends Stack {
  readonly distributionArn: string;

  constructor(scope: Construct, id: string, deliveryProps: DeliveryStackProps) {
    const { config, data, pipeline, functions, pages, ...props } = deliveryProps;
    super(scope, id, props);
    const { source, output, catalog, accounts } = data;
    const signingKeys = new SigningKeys(this, 'SigningKeys', { ...config.signingKeys, functions });
    const playlists = new Playlists(this, 'Playlists', { output, functions });
    const entrance = new HttpGateway(this, 'Api', { settings: config.api, logRetention: functions.logRetention });
    const pagesBucket = new PagesBucket(this, 'Pages', {
      removalPolicy: config.retention === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const storageUrl = originParameter(this, 'StorageUrl', {
      label: 'presigned requests to the source bucket',
      defaultOrigin: `https://${source.bucketRegionalDomainName}`,
    });
    const signInUrl = originParameter(this, 'SignInUrl', {
      label: 'the page where people sign in',
      defaultOrigin: accounts.signInUrl,
    });
    const { distribution } = new Edge(this, 'Edge', {
      output,
      playlists: playlists.url,
      keyGroup: signingKeys.keyGroup,
      playerOrigins: config.corsOrigins,
      pages: pagesBucket,
      api: entrance.domainName,
      pagesConnectTo: [storageUrl, `${accounts.issuer}/`, signInUrl],
      settings: config.edge,
    });
    this.distributionArn = distribution.distributionArn;
    new PublishedObjectsPolicy(this, 'OutputPolicy', { output, distributionArn: this.distributionArn });
    if (pages !== undefined) {
      const { logRetention } = functions;
      new PagesDeployment(this, 'PagesDeployment', { pages, bucket: pagesBucket, distribution, logRetention });
    }

    const { domain } = config.edge;
    const edgeUrl = edgeOrigin(this, domain.kind === 'custom' ? domain.name : distribution.distributionDomainName);
    const playback = new PlaybackFunction(this, 'Playback', { edgeUrl, catalog, signingKeys, functions });
    const client = new SignInClient(this, 'SignIn', { accounts, pagesUrl: edgeUrl });
    const { uploads, completionWork: completion } = pipeline;
    const removal = new Removal(this, 'Removal', { source, output, catalog, completion, distribution, functions });
    const common = { source, catalog, uploads, removals: removal.work, accounts, client, functions };
    const api = new Api(this, 'ApiFunction', { ...common, edgeUrl, signingKeys });
    entrance.routeTo(api.fn);

    new CfnOutput(this, 'PlaybackFunctionName', { value: playback.fn.functionName });
    new CfnOutput(this, 'EdgeOrigin', { value: edgeUrl });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    new CfnOutput(this, 'PagesUrl', { value: `${edgeUrl}/` });
    new CfnOutput(this, 'ApiUrl', { value: `${edgeUrl}/api` });
    new CfnOutput(this, 'UserPoolClientId', { value: client.clientId });
  }
}
