import { Construct } from 'constructs';
import {
  type CompletionEnv,
  DEAD_LETTER_SOURCES,
  type DeadLetterSource,
  deadLettersVariable,
} from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { EventTopic } from '../foundation/event-topic.ts';
import { CONSUMER_TIMEOUT, type FeedProps, type WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';
import type { Encoder } from './encoder.ts';
import type { JobDeadlines } from './job-deadlines.ts';
import type { TranscodeEvents } from './transcode-events.ts';

export interface CompletionProps {
  /** What it works through: finished steps, the states of jobs and their deadlines. */
  readonly work: WorkQueue;
  /** Work whose dead letters end a revision. */
  readonly deadLetterSources: Readonly<Record<DeadLetterSource, WorkQueue>>;
  /** States of jobs; also where the end of one is told again whose event was lost. */
  readonly events: TranscodeEvents;
  /** Where sources lie, which may have been replaced meanwhile. */
  readonly source: SourceBucket;
  /** Where encodes lie, of which some are for nobody any more. */
  readonly output: OutputBucket;
  /** Where the ends are recorded. */
  readonly catalog: Catalog;
  /** Whose jobs it stops when nobody waits for them. */
  readonly encoder: Encoder;
  /** When to look after a job that has not answered. */
  readonly deadlines: JobDeadlines;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

const FEED: FeedProps = { batchSize: 10, maxConcurrency: 10 };

/** Where every upload ends: ready, rejected, failed or superseded, and published as such. */
export class Completion extends Construct {
  readonly videoEvents: EventTopic;

  constructor(scope: Construct, id: string, props: CompletionProps) {
    super(scope, id);
    this.videoEvents = new EventTopic(this, 'VideoEvents', 'Sluice: how uploads ended');
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'completion',
      description: 'Ends every revision, once, and publishes how',
      timeout: CONSUMER_TIMEOUT,
      environment: {
        VIDEO_EVENTS_TOPIC_ARN: this.videoEvents.topicArn,
        TRANSCODE_EVENTS_TOPIC_ARN: props.events.topic.topicArn,
      } satisfies Environment<Pick<CompletionEnv, 'VIDEO_EVENTS_TOPIC_ARN' | 'TRANSCODE_EVENTS_TOPIC_ARN'>>,
    });
    allow(fn.role, { actions: ['sns:Publish'], resources: [this.videoEvents.topicArn, props.events.topic.topicArn] });
    props.catalog.grantAccess(fn);
    props.source.grantReadCurrent(fn.role);
    props.output.grantRemove(fn);
    props.encoder.grantCancel(fn);
    props.encoder.grantLookUp(fn);
    props.deadlines.grantSet(fn);
    props.deadlines.grantRemove(fn);

    props.events.queueTo(props.work, ['PROGRESSING', 'STATUS_UPDATE', 'ERROR', 'CANCELED']);
    props.work.feed(fn, FEED);
    props.work.feedDeadLetters(fn, FEED);
    for (const source of DEAD_LETTER_SOURCES) {
      const work = props.deadLetterSources[source];
      work.feedDeadLetters(fn, FEED);
      fn.addVariables({ [deadLettersVariable(source)]: work.deadLetters.queueArn });
    }
  }
}
