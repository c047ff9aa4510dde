import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config/config.ts';
import { Alarms } from '../operations/alarms.ts';
import { Dashboard } from '../operations/dashboard.ts';
import { findWatchedResources } from '../operations/watched-resources.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';

export interface OperationsStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
  readonly delivery: DeliveryStack;
}

/** Dashboard and alarms. It refers to all other stacks and holds nothing: it can be deleted and deployed again. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, pipeline, delivery, ...props }: OperationsStackProps) {
    super(scope, id, props);
    const watched = {
      ...findWatchedResources([data, pipeline, delivery]),
      deployment: pipeline.deployment,
      cluster: data.catalog.cluster,
      settings: config.operations,
      maxUsdPerDay: config.encode.maxPriceUsdPerDay,
    };
    // With `few` alarms too: a stack cannot remove an export that the deployed alarms still use, so that a change to `few` would fail.
    for (const { resource } of watched.functions) Stack.of(resource).exportValue(resource.functionName);
    const { topic, alarms } = new Alarms(this, 'Alarms', watched);
    new Dashboard(this, 'Dashboard', { ...watched, alarms });
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
  }
}
