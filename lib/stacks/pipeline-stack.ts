import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config/config.ts';
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
  /** Queue of the transcode function. */
  readonly uploads: WorkQueue;
  /** Queue of the completion function. */
  readonly completionWork: WorkQueue;

  constructor(scope: Construct, id: string, { config, data, functions, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const { source, output, catalog } = data;
    const encoder = new Encoder(this, 'Encoder', { source, output });
    const work = new WorkQueue(this, 'CompletionWork', { maxReceiveCount: 10 });
    const events = new TranscodeEvents(this, 'TranscodeEvents', { encoder, undelivered: work.deadLetters });
    const deadlines = new JobDeadlines(this, 'JobDeadlines', {
      completion: work,
      minimumMinutes: config.pipeline.jobDeadlineMinutes,
    });
    const transcode = new Transcode(this, 'Transcode', {
      source,
      catalog,
      encoder,
      deadlines,
      completion: work,
      maxShortSide: config.ladder.maxShortSide,
      functions,
    });
    this.uploads = transcode.uploads;
    this.completionWork = work;

    const steps = addSteps(this, { output, events, catalog, completion: work, functions });
    const completion = new Completion(this, 'Completion', {
      work,
      deadLetterSources: { transcode: transcode.uploads, ...steps },
      events,
      source,
      output,
      catalog,
      encoder,
      deadlines,
      functions,
    });

    new CfnOutput(this, 'VideoEventsTopicArn', { value: completion.videoEvents.topicArn });
    new CfnOutput(this, 'TranscodeEventsTopicArn', { value: events.topic.topicArn });
  }
}
