import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Step } from '../../lambdas/contracts/steps.ts';
import type { Config } from '../config/config.ts';
import type { EventTopic } from '../foundation/event-topic.ts';
import type { FunctionDefaults } from '../foundation/sluice-function.ts';
import { WorkQueue } from '../foundation/work-queue.ts';
import { Completion } from '../chain/completion.ts';
import { Encoder } from '../chain/encoder.ts';
import { JobDeadlines } from '../chain/job-deadlines.ts';
import { addSteps } from '../chain/steps.ts';
import { TranscodeEvents } from '../chain/transcode-events.ts';
import { Transcode } from '../chain/transcode.ts';
import type { DataStack } from './data-stack.ts';

export interface PipelineStackProps extends StackProps {
  readonly config: Config;
  /** Stack with the buckets and catalog. */
  readonly data: DataStack;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Processing chain from an upload to its outcome. It refers only to the data stack and stores nothing permanently. */
export class PipelineStack extends Stack {
  readonly encoder: Encoder;
  readonly deadlines: JobDeadlines;
  /** Queue of the transcode function. */
  readonly uploads: WorkQueue;
  /** Queue of the completion function. */
  readonly completionWork: WorkQueue;
  /** Id of the deployment, which its jobs and metrics carry. */
  readonly deployment: string;
  /** Queues of the steps. */
  readonly stepWork: Readonly<Record<Step, WorkQueue>>;
  /** Topic of the outcomes of uploads. */
  readonly videoEvents: EventTopic;

  constructor(scope: Construct, id: string, { config, data, functions, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const { source, output, catalog } = data;
    const encoder = new Encoder(this, 'Encoder', { source, output, encode: config.encode });
    this.deployment = encoder.deployment;
    const { concurrency } = config;
    const work = new WorkQueue(this, 'CompletionWork');
    const events = new TranscodeEvents(this, 'TranscodeEvents', { encoder, undelivered: work.deadLetters });
    const deadlines = new JobDeadlines(this, 'JobDeadlines', {
      completion: work,
      minimumMinutes: config.pipeline.jobDeadlineMinutes,
      retryPauseSeconds: config.pipeline.retryPauseSeconds,
    });
    const transcode = new Transcode(this, 'Transcode', {
      source,
      output,
      catalog,
      encoder,
      deadlines,
      completion: work,
      maxConcurrency: concurrency.transcode,
      maxShortSide: config.ladder.maxShortSide,
      caps: config.encode,
      functions,
    });
    this.encoder = encoder;
    this.deadlines = deadlines;
    this.uploads = transcode.uploads;
    this.completionWork = work;

    const maxConcurrency = concurrency.step;
    const steps = addSteps(this, { output, events, catalog, completion: work, deployment: this.deployment, maxConcurrency, functions });
    this.stepWork = steps;
    const completion = new Completion(this, 'Completion', {
      work,
      maxConcurrency: concurrency.completion,
      deadLetterSources: { transcode: transcode.uploads, ...steps },
      events,
      source,
      output,
      catalog,
      encoder,
      deadlines,
      functions,
    });

    this.videoEvents = completion.videoEvents;

    new CfnOutput(this, 'VideoEventsTopicArn', { value: completion.videoEvents.topicArn });
    new CfnOutput(this, 'TranscodeEventsTopicArn', { value: events.topic.topicArn });
  }
}
