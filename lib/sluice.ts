import { type App, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from './config/config.ts';
import { AccessLogs } from './delivery/access-logs.ts';
import type { FunctionBundles } from './foundation/bundle-functions.ts';
import { removalPolicyFor } from './foundation/removal-policy.ts';
import { DataStack } from './stacks/data-stack.ts';
import { DeliveryStack } from './stacks/delivery-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';

/** Only region in which CloudFront's access logs are delivered. */
const EDGE_REGION = 'us-east-1';

export interface SluiceStacks {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
  readonly delivery: DeliveryStack;
  /** Stack of the access logs: the delivery stack, unless its region is known to be another one than us-east-1. */
  readonly accessLogs: Stack;
}

/**
 * Composes the app of one stack per lifecycle: data, which outlives the others, pipeline and delivery. Data refers to no
 * other stack, pipeline to data, delivery to both.
 *
 * The access logs must be in us-east-1. If the configured region is another one they get their own stack there, which
 * receives the distribution's ARN through CDK's cross-region references, which are custom resources.
 * Without a configured region the stacks are assumed to be deployed to us-east-1.
 *
 * @param pages directory of the built pages; without it no pages are deployed
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
    description: 'Sluice: uploaded and encoded videos, catalog and accounts',
    config,
    functions,
  });
  const pipeline = new PipelineStack(app, `${stackPrefix}Pipeline`, {
    ...props,
    description: 'Sluice: processing chain from an upload to a ready video',
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
        description: 'Sluice: CloudFront access logs',
      })
    : delivery;
  new AccessLogs(accessLogs, 'AccessLogs', {
    distributionArn: delivery.distributionArn,
    retentionDays: config.logRetentionDays,
    removalPolicy: removalPolicyFor(config),
  });

  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, pipeline, delivery, accessLogs };
}
