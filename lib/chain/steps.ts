import type { Construct } from 'constructs';
import { mapSteps, type Step as StepName } from '../../lambdas/contracts/steps.ts';
import type { SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import { ProcessingStep, type ProcessingStepProps } from './processing-step.ts';

interface StepFunction extends Pick<ProcessingStepProps, 'description' | 'memorySize'> {
  /** Grants what the step does in the output bucket. */
  readonly grant: (output: OutputBucket, fn: SluiceFunction) => void;
}

const STEP_FUNCTIONS: Readonly<Record<StepName, StepFunction>> = {
  permissions: {
    description: 'Publishes the objects of an encode by tagging them',
    grant: (output, fn) => output.grantPublish(fn),
  },
  thumbnails: {
    description: 'Chooses the poster and writes the storyboard of an encode',
    memorySize: 1024,
    grant: (output, fn) => output.grantEnrich(fn),
  },
  metadata: {
    description: 'Records what an encode actually produced',
    grant: (output, fn) => output.grantEnrich(fn),
  },
};

export interface StepsProps
  extends Pick<ProcessingStepProps, 'events' | 'catalog' | 'completion' | 'deployment' | 'maxConcurrency' | 'functions'> {
  /** Bucket that holds the encodes. */
  readonly output: OutputBucket;
}

/** Adds every step of the chain to a stack. @returns the work queue of each */
export function addSteps(scope: Construct, { output, ...props }: StepsProps): Record<StepName, WorkQueue> {
  return mapSteps((name) => {
    const { grant, ...about } = STEP_FUNCTIONS[name];
    const step = new ProcessingStep(scope, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
      ...props,
      ...about,
      name,
    });
    grant(output, step.fn);
    return step.work;
  });
}
