import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SignInClient } from '../accounts/sign-in-client.ts';
import { Api } from '../api/api.ts';
import { HttpGateway } from '../api/http-gateway.ts';
import type { Config } from '../config/config.ts';
import { edgeOriginParameter } from '../foundation/edge-origin.ts';
import { Edge } from '../delivery/edge.ts';
import { originParameter } from '../foundation/origin-parameter.ts';
import { OriginSecrets } from '../delivery/origin-secrets.ts';
import { Packager } from '../delivery/packager.ts';
import { PlaybackFunction } from '../delivery/playback-function.ts';
import { Playlists } from '../delivery/playlists.ts';
import { PublishedObjectsPolicy } from '../delivery/published-objects-policy.ts';
import { Removal } from '../delivery/removal.ts';
import { SigningKeys } from '../delivery/signing-keys.ts';
import { Withdrawal } from '../delivery/withdrawal.ts';
import type { FunctionDefaults } from '../foundation/sluice-function.ts';
import { Reconciler } from '../operations/reconciler.ts';
import { Redrive } from '../operations/redrive.ts';
import { removalPolicyFor } from '../foundation/removal-policy.ts';
import { LinkPreview } from '../pages/link-preview.ts';
import { PageRoutes } from '../pages/page-routes.ts';
import { PagesBucket } from '../pages/pages-bucket.ts';
import { PagesDeployment } from '../pages/pages-deployment.ts';
import type { DataStack } from './data-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';

export interface DeliveryStackProps extends StackProps {
  readonly config: Config;
  /** Stack with the buckets, catalog and accounts. */
  readonly data: DataStack;
  /** Stack that retries failed uploads, cancels the jobs of deleted videos and publishes the outcomes of uploads. */
  readonly pipeline: PipelineStack;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
  /** Directory of the built pages. @default no pages are deployed */
  readonly pages?: string | undefined;
  /** Web ACL of the distribution. @default none */
  readonly webAclArn?: string | undefined;
}

/** Everything that users reach: pages, API and signed playback. It refers to the data and pipeline stacks. */
export class DeliveryStack extends Stack {
  readonly distributionArn: string;

  constructor(scope: Construct, id: string, deliveryProps: DeliveryStackProps) {
    const { config, data, pipeline, functions, pages, webAclArn, ...props } = deliveryProps;
    super(scope, id, props);
    const { source, output, catalog, accounts } = data;
    const signingKeys = new SigningKeys(this, 'SigningKeys', { ...config.signingKeys, functions });
    const originSecrets = new OriginSecrets(this, 'OriginSecrets', { ...config.originSecrets, functions });
    const { concurrency } = config;
    const { reserved } = concurrency;
    const { staleOnErrorMinutes } = config.delivery;
    const playlists = new Playlists(this, 'Playlists', {
      output,
      signingKeys,
      uploads: pipeline.uploads,
      staleOnErrorMinutes,
      reservedConcurrency: reserved.playlist,
      functions,
    });
    const packager = new Packager(this, 'Packager', {
      output,
      source,
      staleOnErrorMinutes,
      reservedConcurrency: reserved.packager,
      functions,
    });
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
    const { domain } = config.edge;
    const domainName = domain.kind === 'custom' ? domain.name : undefined;
    const edgeParameter = edgeOriginParameter(this);
    const pageRoutes = new PageRoutes(this, 'PageRoutes', {
      edgeUrl: edgeParameter.value,
      domainName,
      directory: pages,
    });
    const preview = { pages: pagesBucket, signingKeys, functions };
    const linkPreview = new LinkPreview(this, 'LinkPreview', preview);
    const { distribution } = new Edge(this, 'Edge', {
      output,
      playlists: playlists.url,
      packager: packager.url,
      keyGroup: signingKeys.keyGroup,
      playerOrigins: config.corsOrigins,
      pages: pagesBucket,
      pageRoutes,
      linkPreview: linkPreview.url,
      api: { domainName: gateway.domainName, headers: originSecrets.headers },
      pagesConnectTo: [storageUrl, `${accounts.issuer}/`, signInUrl],
      webAclArn,
      settings: config.edge,
    });
    this.distributionArn = distribution.distributionArn;
    new PublishedObjectsPolicy(this, 'OutputPolicy', { output, distributionArn: this.distributionArn });
    if (pages !== undefined) {
      const { logRetention } = functions;
      new PagesDeployment(this, 'PagesDeployment', { pages, bucket: pagesBucket, distribution, logRetention });
    }

    const edgeUrl = edgeParameter.or(`https://${domainName ?? distribution.distributionDomainName}`);
    const playback = new PlaybackFunction(this, 'Playback', { edgeUrl, catalog, signingKeys, functions });
    const client = new SignInClient(this, 'SignIn', { accounts, pagesUrl: edgeUrl });
    const { uploads, completionWork: completion } = pipeline;
    const withdrawal = new Withdrawal(this, 'Withdrawal', {
      output,
      catalog,
      distribution,
      videoEvents: pipeline.videoEvents,
      settings: config.delivery,
      maxConcurrency: concurrency.withdrawal,
      deployment: pipeline.deployment,
      functions,
    });
    const withdrawals = withdrawal.work;
    const stored = { source, output, catalog };
    const removal = new Removal(this, 'Removal', {
      ...stored,
      completion,
      withdrawals,
      distribution,
      maxConcurrency: concurrency.removal,
      deployment: pipeline.deployment,
      functions,
    });
    const queues = { uploads, removals: removal.work, withdrawals };
    const common = { source, catalog, ...queues, accounts, client, functions };
    const api = new Api(this, 'ApiFunction', { ...common, edgeUrl, signingKeys, originSecrets, reservedConcurrency: reserved.api });
    gateway.routeTo(api.fn);

    const redriven = {
      transcode: uploads,
      ...pipeline.stepWork,
      completion,
      removal: removal.work,
      withdrawal: withdrawals,
    };
    const redrive = new Redrive(this, 'Redrive', { catalog, queues: redriven, functions });
    const reconciler = new Reconciler(this, 'Reconciler', {
      ...stored,
      ...queues,
      completion,
      encoder: pipeline.encoder,
      deadlines: pipeline.deadlines,
      graceEnds: withdrawal.graceEnds,
      delivery: config.delivery,
      schedule: config.operations.reconcile,
      functions,
    });

    new CfnOutput(this, 'ReconcileFunctionName', { value: reconciler.fn.functionName });
    new CfnOutput(this, 'RedriveFunctionName', { value: redrive.fn.functionName });
    new CfnOutput(this, 'PlaybackFunctionName', { value: playback.fn.functionName });
    new CfnOutput(this, 'EdgeOrigin', { value: edgeUrl });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    new CfnOutput(this, 'PagesUrl', { value: `${edgeUrl}/` });
    new CfnOutput(this, 'ApiUrl', { value: `${edgeUrl}/api` });
    new CfnOutput(this, 'UserPoolClientId', { value: client.clientId });
  }
}
