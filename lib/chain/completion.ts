import { Construct } from 'constructs';
import {
  type CompletionEnv,
  DEAD_LETTER_SOURCES,
  type DeadLetterSource,
  workQueueVariable,
} from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { EventTopic } from '../foundation/event-topic.ts';
import { CONSUMER_TIMEOUT, type WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';
import type { Encoder } from './encoder.ts';
import type { JobDeadlines } from './job-deadlines.ts';
import type { TranscodeEvents } from './transcode-events.ts';

export interface CompletionProps {
  /** Queue of finished steps, job states and job deadlines. */
  readonly work: WorkQueue;
  /** Maximum concurrent batches of work. */
  readonly maxConcurrency: number;
  /** Work whose dead letters, which share the queue of completion's own, end a revision. */
  readonly deadLetterSources: Readonly<Record<DeadLetterSource, WorkQueue>>;
  /** Job states; also receives the end of a job again if its event was lost. */
  readonly events: TranscodeEvents;
  /** Bucket of sources, which may be replaced during processing. */
  readonly source: SourceBucket;
  /** Bucket of encodes, some of which become orphaned. */
  readonly output: OutputBucket;
  /** Catalog that records the ends. */
  readonly catalog: Catalog;
  /** Encoder whose orphaned jobs are canceled. */
  readonly encoder: Encoder;
  /** Deadlines of jobs, and their further attempts. */
  readonly deadlines: JobDeadlines;
  /** Settings that all functions share. */
  readonly functions: FunctionDefaults;
}

const BATCH_SIZE = 10;

/** Ends every upload as ready, rejected, failed or superseded, and publishes the end. */
export class Completion extends Construct {
  readonly videoEvents: EventTopic;

  constructor(scope: Construct, id: string, props: CompletionProps) {
    super(scope, id);
    this.videoEvents = new EventTopic(this, 'VideoEvents', 'Sluice: outcomes of uploads');
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'completion',
      description: 'Ends every revision once and publishes its outcome',
      timeout: CONSUMER_TIMEOUT,
      environment: {
        VIDEO_EVENTS_TOPIC_ARN: this.videoEvents.topicArn,
        TRANSCODE_EVENTS_TOPIC_ARN: props.events.topic.topicArn,
      } satisfies Environment<Pick<CompletionEnv, 'VIDEO_EVENTS_TOPIC_ARN' | 'TRANSCODE_EVENTS_TOPIC_ARN'>>,
    });
    allow(fn.role, { actions: ['sns:Publish'], resources: [this.videoEvents.topicArn, props.events.topic.topicArn] });
    props.catalog.grantAccess(fn, 'chain');
    props.source.grantReadCurrent(fn.role);
    props.output.grantRemove(fn);
    props.output.grantPoint(fn);
    props.encoder.grantCancel(fn);
    props.encoder.grantLookUp(fn);
    props.deadlines.grantCheck(fn);
    props.deadlines.grantRemove(fn);
    props.deadlines.grantRetry(fn, props.deadLetterSources.transcode);

    props.events.queueTo(props.work, ['PROGRESSING', 'STATUS_UPDATE', 'ERROR', 'CANCELED']);
    props.work.feed(fn, { batchSize: BATCH_SIZE, maxConcurrency: props.maxConcurrency, deployment: props.encoder.deployment });
    props.work.feedDeadLetters(fn, { batchSize: BATCH_SIZE });
    for (const source of DEAD_LETTER_SOURCES) {
      fn.addVariables({ [workQueueVariable(source)]: props.deadLetterSources[source].queue.queueArn });
    }
  }
}
