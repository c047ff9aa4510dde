import { Annotations, type App, Aspects, Stack, type StackProps } from 'aws-cdk-lib';
import type { Config } from './config/config.ts';
import { AccessLogs } from './delivery/access-logs.ts';
import { RateRule } from './delivery/rate-rule.ts';
import { RegionalNames } from './foundation/regional-names.ts';
import { removalPolicyFor } from './foundation/removal-policy.ts';
import type { FunctionBundles } from './foundation/sluice-function.ts';
import { describeRoom } from './foundation/room-for-deployments.ts';
import { DataStack } from './stacks/data-stack.ts';
import { DeliveryStack } from './stacks/delivery-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';

/** Only region of CloudFront's access logs and web ACLs. */
const EDGE_REGION = 'us-east-1';

export interface SluiceStacks {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
  readonly delivery: DeliveryStack;
  readonly operations: OperationsStack;
  /** Stack of the access logs: the delivery stack, unless its region is known to be another one than us-east-1. */
  readonly accessLogs: Stack;
  /** Stack of the web ACL, if the configuration has a rate rule. */
  readonly firewall?: Stack | undefined;
}

/**
 * Composes the app of one stack per lifecycle: data, which outlives the others, pipeline, delivery and operations. Data
 * refers to no other stack, and each of the others only to those before it.
 *
 * The access logs must be in us-east-1. If the configured region is another one they get their own stack there, which
 * receives the distribution's ARN through CDK's cross-region references, which are custom resources.
 * Without a configured region the stacks are assumed to be deployed to us-east-1. A web ACL must be there too; its own stack
 * can be added and removed without the others.
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
  const { rateRule } = config.edge;
  const firewall = rateRule && new Stack(app, `${stackPrefix}Firewall${elsewhere ? `-${region}` : ''}`, {
    ...props,
    ...(elsewhere && { env: { region: EDGE_REGION } }),
    description: 'Sluice: web ACL of CloudFront',
  });
  const delivery = new DeliveryStack(app, `${stackPrefix}Delivery`, {
    ...props,
    description: 'Sluice: pages, API and signed playback through CloudFront',
    config,
    data,
    pipeline,
    functions,
    pages,
    webAclArn: firewall && new RateRule(firewall, 'RateRule', rateRule).webAclArn,
  });
  const accessLogs = elsewhere
    ? new Stack(app, `${stackPrefix}AccessLogs-${region}`, {
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
  const operations = new OperationsStack(app, `${stackPrefix}Operations`, {
    ...props,
    description: 'Sluice: dashboard and alarms',
    config,
    data,
    pipeline,
    delivery,
  });
  // In us-east-1 names are without a region, as they have been since the first version.
  if (elsewhere) Aspects.of(delivery).add(new RegionalNames(region));
  Annotations.of(delivery).addInfoV2('sluice:room', describeRoom(delivery));
  return { data, pipeline, delivery, operations, accessLogs, firewall };
}
