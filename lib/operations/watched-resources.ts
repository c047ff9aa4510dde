import type { Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { SluiceFunction } from '../foundation/sluice-function.ts';
import { WorkQueue } from '../foundation/work-queue.ts';

/** Resources of a deployment that alarms and the dashboard watch, each with its path as a label. */
export interface WatchedResources {
  readonly queues: readonly Labeled<WorkQueue>[];
  readonly deadLetters: readonly Labeled<IQueue>[];
  /** Functions that serve users and videos; those that only run in deployments fail together with them. */
  readonly functions: readonly Labeled<SluiceFunction>[];
  readonly rules: readonly Labeled<Rule>[];
}

export interface Labeled<Resource> {
  /** Path within the stack, such as `Transcode/Uploads`. */
  readonly label: string;
  readonly resource: Resource;
}

/** Finds the resources to watch in the trees of stacks, so that a new one is watched without being listed anywhere. */
export function findWatchedResources(stacks: readonly Stack[]): WatchedResources {
  const constructs = stacks.flatMap((stack) => stack.node.findAll());
  const queues = constructs.filter((construct) => construct instanceof WorkQueue);
  return {
    queues: queues.map(label),
    deadLetters: [...new Set(queues.map(({ deadLetters }) => deadLetters))].map(label),
    functions: constructs
      .filter((construct) => construct instanceof SluiceFunction)
      .filter(({ runsInDeploymentsOnly }) => !runsInDeploymentsOnly)
      .map(label),
    rules: constructs.filter((construct) => construct instanceof Rule).map(label),
  };
}

function label<Resource extends IConstruct>(resource: Resource): Labeled<Resource> {
  const [, ...path] = resource.node.path.split('/');
  return { label: path.join('/'), resource };
}
