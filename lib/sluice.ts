import { type App, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from './config/config.ts';
import { AccessLogs } from './delivery/access-logs.ts';
import type { FunctionBundles } from './foundation/bundle-functions.ts';
import { DataStack } from './stacks/data-stack.ts';
import { DeliveryStack } from './stacks/delivery-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';

/** The only region where CloudFront's access logs are delivered. */
const EDGE_REGION = 'us-east-1';

export interface SluiceStacks {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
  readonly delivery: DeliveryStack;
  /** Where the access logs are: the delivery stack itself unless that is known to lie outside us-east-1. */
  readonly accessLogs: Stack;
}

/**
 * The whole app: data, which must outlive the rest, the pipeline and the delivery, each a stack by its lifecycle. Data
 * refers to nothing, the pipeline to data, the delivery to both.
 *
 * The access logs have to be in us-east-1. Where the configuration's region is another one they get a stack of their
 * own there, which learns the distribution's ARN by CDK's cross-region references, the one case that takes a custom
 * resource of CDK's. Without a region in the configuration the stacks are taken to go to us-east-1.
 *
 * @param pages directory of the pages as built; without one none are deployed
 */
export function composeSluice(app: App, config: Config, bundles: FunctionBundles, pages?: string): SluiceStacks {
  const { stackPrefix, region } = config;
  const elsewhere = region !== undefined && region !== EDGE_REGION;
  const functions = { bundles, logRetention: config.logRetentionDays };
  const props: StackProps = {
    ...(region !== undefined && { env: { region } }),
    crossRegionReferences: elsewhere,
  };
  const data = new DataStack(app, `${stackPrefix}Data`, {
    ...props,
    terminationProtection: config.deletionProtection,
    description: 'Sluice: videos as uploaded and as encoded, their catalog, and accounts',
    config,
    functions,
  });
  const pipeline = new PipelineStack(app, `${stackPrefix}Pipeline`, {
    ...props,
    description: 'Sluice: from an upload to a video that is ready',
    config,
    data,
    functions,
  });
  const delivery = new DeliveryStack(app, `${stackPrefix}Delivery`, {
    ...props,
    description: 'Sluice: pages, API and signed playback through CloudFront',
    config,
    data,
    pipeline,
    functions,
    pages,
  });
  const accessLogs = elsewhere
    ? new Stack(app, `${stackPrefix}AccessLogs`, {
        ...props,
        env: { region: EDGE_REGION },
        description: 'Sluice: access logs of CloudFront',
      })
    : delivery;
  new AccessLogs(accessLogs, 'AccessLogs', {
    distributionArn: delivery.distributionArn,
    retentionDays: config.logRetentionDays,
    removalPolicy: config.retention === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });

  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, pipeline, delivery, accessLogs };
}
