import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
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
import { removalPolicyFor } from '../foundation/removal-policy.ts';
import { PagesBucket } from '../pages/pages-bucket.ts';
import { PagesDeployment } from '../pages/pages-deployment.ts';
import type { DataStack } from './data-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';

export interface DeliveryStackProps extends StackProps {
  readonly config: Config;
  /** Stack with the buckets, catalog and accounts. */
  readonly data: DataStack;
  /** Stack that retries failed uploads and cancels the jobs of deleted videos. */
  readonly pipeline: PipelineStack;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
  /** Directory of the built pages. @default no pages are deployed */
  readonly pages?: string | undefined;
}

/** Everything that users reach: pages, API and signed playback. It refers to the data and pipeline stacks. */
export class DeliveryStack extends Stack {
  readonly distributionArn: string;

  constructor(scope: Construct, id: string, deliveryProps: DeliveryStackProps) {
    const { config, data, pipeline, functions, pages, ...props } = deliveryProps;
    super(scope, id, props);
    const { source, output, catalog, accounts } = data;
    const signingKeys = new SigningKeys(this, 'SigningKeys', { ...config.signingKeys, functions });
    const playlists = new Playlists(this, 'Playlists', { output, functions });
    const gateway = new HttpGateway(this, 'Api', { settings: config.api, logRetention: functions.logRetention });
    const pagesBucket = new PagesBucket(this, 'Pages', { removalPolicy: removalPolicyFor(config) });
    const storageUrl = originParameter(this, 'StorageUrl', {
      label: 'the source bucket for presigned requests',
      defaultOrigin: `https://${source.bucketRegionalDomainName}`,
    });
    const signInUrl = originParameter(this, 'SignInUrl', {
      label: 'the sign-in page',
      defaultOrigin: accounts.signInUrl,
    });
    const { distribution } = new Edge(this, 'Edge', {
      output,
      playlists: playlists.url,
      keyGroup: signingKeys.keyGroup,
      playerOrigins: config.corsOrigins,
      pages: pagesBucket,
      api: gateway.domainName,
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
    gateway.routeTo(api.fn);

    new CfnOutput(this, 'PlaybackFunctionName', { value: playback.fn.functionName });
    new CfnOutput(this, 'EdgeOrigin', { value: edgeUrl });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    new CfnOutput(this, 'PagesUrl', { value: `${edgeUrl}/` });
    new CfnOutput(this, 'ApiUrl', { value: `${edgeUrl}/api` });
    new CfnOutput(this, 'UserPoolClientId', { value: client.clientId });
  }
}
