import { Logger } from '@aws-lambda-powertools/logger';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { DatabaseErrorException } from '@aws-sdk/client-rds-data';
import { PutObjectCommand, S3Client, type StorageClass } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { sql } from 'drizzle-orm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import type { CompletionContext } from '../../../lambdas/completion/complete.ts';
import {
  type CompletionMessage,
  type JobDeadline,
  jobDeadlineSchema,
} from '../../../lambdas/contracts/completion-messages.ts';
import { type JobStateChange, jobStateChangeSchema } from '../../../lambdas/contracts/job-state-change.ts';
import { type ObjectCreated, objectCreatedSchema } from '../../../lambdas/contracts/object-created.ts';
import { videoEventSchema } from '../../../lambdas/contracts/video-event.ts';
import type { RemovalMessage } from '../../../lambdas/contracts/removal-message.ts';
import type { NextAttempt, UploadRetry } from '../../../lambdas/contracts/upload-message.ts';
import type { ReceiveRemovalContext } from '../../../lambdas/removal/receive-removal.ts';
import { waitWhileResuming } from '../../../lambdas/runtime/database-resuming.ts';
import type { InvalidationRepeat, PublicationMessage } from '../../../lambdas/contracts/withdrawal-message.ts';
import { graceScheduler } from '../../../lambdas/withdrawal/grace-schedules.ts';
import type { ReceiveWithdrawalContext } from '../../../lambdas/withdrawal/receive-withdrawal.ts';
import { attemptScheduler } from '../../../lambdas/completion/attempt-schedules.ts';
import { nextAttemptSchema } from '../../../lambdas/contracts/upload-message.ts';
import { jobDeadlineRemover, jobDeadlineSetter } from '../../../lambdas/chain/job-deadlines.ts';
import type { PublishMetric } from '../../../lambdas/chain/publish-metric.ts';
import { repeatingInvalidator } from '../../../lambdas/chain/repeat-invalidations.ts';
import type { Invalidate } from '../../../lambdas/runtime/invalidate-paths.ts';
import type { SendToQueue } from '../../../lambdas/runtime/queue-sender.ts';
import type { TranscodeContext } from '../../../lambdas/transcode/transcode-upload.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { Directory } from '../../../local/cloud/directory.ts';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';
import { s3EncoderStore } from '../../../local/mediaconvert/s3-encoder-store.ts';
import { mediaConvertApi } from '../../../local/mediaconvert/media-convert-api.ts';
import { MediaConvert } from '../../../local/mediaconvert/media-convert.ts';
import type { RdsData } from '../../../local/rds-data/rds-data.ts';
import { S3 } from '../../../local/s3/s3.ts';
import { schedulerApi } from '../../../local/scheduler/scheduler-api.ts';
import { Scheduler } from '../../../local/scheduler/scheduler.ts';
import { snsApi } from '../../../local/sns/sns-api.ts';
import { Sns } from '../../../local/sns/sns.ts';
import { startLocalCatalog } from '../catalog/local-catalog.ts';

/** Contexts of the functions, each with its own clients. */
export interface Functions
  extends TranscodeContext,
    Omit<CompletionContext, 'deadLetterSources'>,
    ReceiveRemovalContext,
    ReceiveWithdrawalContext {
  readonly scheduler: SchedulerClient;
  readonly sendRetry: SendToQueue<UploadRetry>;
  readonly sendRemoval: SendToQueue<RemovalMessage>;
  readonly sendPublication: SendToQueue<PublicationMessage>;
}

export interface ChainServices extends Functions {
  readonly encoder: MediaConvert;
  /** Catalog with the owner's rights, for what no function may do. */
  readonly owner: Functions['database'];
  readonly databaseService: RdsData;
  /** The catalog with the rights of the API; `database` has those of the chain. */
  readonly apiDatabase: CatalogDatabase;
  readonly sourceBucket: string;
  /** Messages in the completion queue, oldest first. */
  readonly sent: CompletionMessage[];
  /** Delayed messages in the completion queue, oldest first. */
  readonly delayed: CompletionMessage[];
  /** Messages in the uploads queue, oldest first. */
  readonly retries: UploadRetry[];
  /** Messages in the removals queue, oldest first. */
  readonly removals: RemovalMessage[];
  /** Messages about publications in the withdrawals queue, oldest first. */
  readonly publications: PublicationMessage[];
  /** Invalidated paths, with commas between those of one invalidation, by reference. */
  readonly invalidated: Map<string, string>;
  /** Delayed messages that repeat invalidations, oldest first. */
  readonly invalidationRepeats: { readonly message: InvalidationRepeat; readonly delaySeconds: number }[];
  /** Published values of metrics with their properties, oldest first. */
  readonly metrics: Parameters<PublishMetric>[];
  /** Ends of revisions that were published to the topic `video-events`, oldest first. */
  readonly published: unknown[];
  /** Revisions whose source plays, published to the same topic, oldest first. */
  readonly playable: unknown[];
  /** Events that completion republished to the topic `transcode-events`, oldest first. */
  readonly replayed: JobStateChange[];
  /** Returns functions that fail after a number of requests to any service: killed, unless another error is given. */
  killedAfter(requests: number, error?: Error): Functions;
  /** Forgets how often functions have started on their work, so that any number of faults may follow. */
  forgetStarts(): Promise<void>;
  /** Returns functions that await a promise before each request to S3 and each statement. */
  steppedBy(step: () => Promise<void>): Functions;
  /**
   * Returns functions whose database fails once, at the statement with this index: before executing it or, as if the
   * response were lost, after it.
   */
  failingAt(statement: number, when: 'before' | 'after'): Functions;
  /** Puts an object and returns its event, as S3 publishes it. */
  upload(key: string, body: Buffer | string, storageClass?: StorageClass): Promise<ObjectCreated>;
  /** Returns the deadline of an attempt: its time, and its message to completion. */
  deadlineOf(attemptId: string, check?: number): { readonly at: Date; readonly message: JobDeadline };
  /** Returns the schedule of the attempt that follows a failed one: its time, and its message to transcode. */
  nextAttemptOf(attemptId: string): { readonly at: Date; readonly message: NextAttempt };
  /** Returns the schedule of the end of a revision's grace in the minute of a time, and its message to withdrawal. */
  graceEndOf(revisionId: string, at: Date): { readonly at: Date; readonly message: unknown };
  close(): Promise<void>;
}

/** Returns the error of the Data API when its database has stopped or is failing over. */
function databaseError(): Error {
  return new DatabaseErrorException({ message: 'FATAL: terminating connection', $metadata: { httpStatusCode: 400 } });
}

type StatementMiddleware = <Output>(execute: () => Promise<Output>) => Promise<Output>;

function isEnd(event: unknown): boolean {
  return videoEventSchema.parse(event).type !== 'video.playable';
}

/** Id of the deployment to which the functions belong. */
export const DEPLOYMENT = 'TestPipeline';

/** Minimum time of every job, to which ten times its duration is added. */
export const MIN_DEADLINE_MINUTES = 30;
export const DEADLINES = {
  DEADLINE_GROUP: 'deadlines',
  DEADLINE_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:completion',
  DEADLINE_ROLE_ARN: 'arn:aws:iam::000000000000:role/deadlines',
  UPLOADS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:uploads',
  RETRY_PAUSE_SECONDS: 60,
};

/** Time for which a superseded revision stays served. */
export const GRACE_MINUTES = 60;
export const GRACES = {
  GRACE_GROUP: 'graces',
  GRACE_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:withdrawals',
  GRACE_ROLE_ARN: 'arn:aws:iam::000000000000:role/graces',
};

/** Starts the services that the functions call on their own port; jobs stay queued, and no deadline fires. */
export async function startChainServices(): Promise<ChainServices> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-chain-'));
  const catalog = await startLocalCatalog();
  const credentials = Credentials.open(directory);
  const events: unknown[] = [];
  const store = await S3.open({ dir: join(directory, 's3'), publish: async (event) => void events.push(event) });
  store.start();
  const { ffmpegPath, ffprobePath } = getFfmpeg();
  const encoder = await MediaConvert.open({
    dir: join(directory, 'jobs'),
    store: s3EncoderStore(store),
    // Every job event is lost: the tests create their own.
    publish: async () => undefined,
    ffmpegPath,
    ffprobePath,
  });
  const queueArn = encoder.defineQueue({ name: 'jobs', paused: true });
  encoder.start();
  const receivers = new Directory();
  const scheduler = await Scheduler.open({ path: join(directory, 'schedules'), directory: receivers });
  const sns = new Sns({ directory: receivers });
  const topic = (name: string, receive: (body: unknown) => void): string => {
    const { arn } = sns.create(name);
    const endpoint = `arn:aws:sqs:us-east-1:000000000000:${name}`;
    receivers.register(endpoint, { receive: async ({ body }) => receive(JSON.parse(body)) });
    sns.getByArn(arn).subscribe({ arn: `${arn}:queue`, protocol: 'sqs', endpoint, raw: true, matches: () => true });
    return arn;
  };
  const metrics: Parameters<PublishMetric>[] = [];
  const published: unknown[] = [];
  const playable: unknown[] = [];
  const topicArn = topic('video-events', (event) => void (isEnd(event) ? published : playable).push(event));
  const replayed: JobStateChange[] = [];
  const transcodeEventsArn = topic(
    'transcode-events',
    (event) => void replayed.push(jobStateChangeSchema.parse(event)),
  );

  const server = createApiServer({
    credentials,
    services: [store.apiService(credentials), mediaConvertApi(encoder), snsApi(sns), schedulerApi(scheduler)],
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = { region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials: credentials.operator() };
  const [sourceBucket, outputBucket] = ['source', 'output'];
  store.putBucket(sourceBucket, { eventBridge: true, versioning: 'Enabled' });
  store.putBucket(outputBucket);

  const opened: { destroy(): void }[] = [];
  const sent: CompletionMessage[] = [];
  const delayed: CompletionMessage[] = [];
  const retries: UploadRetry[] = [];
  const removals: RemovalMessage[] = [];
  const publications: PublicationMessage[] = [];
  const invalidated = new Map<string, string>();
  const invalidationRepeats: ChainServices['invalidationRepeats'] = [];
  const functionsOf = (live: () => void | Promise<void>, statement: StatementMiddleware): Functions => {
    const invalidateOnce: Invalidate = async (paths, reference) => {
      await live();
      invalidated.set(reference, String(paths));
    };
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    const publisher = new SNSClient(client);
    const mediaConvert = new MediaConvertClient(client);
    const schedules = new SchedulerClient(client);
    const rdsData = catalog.connect();
    opened.push(s3, publisher, mediaConvert, schedules);
    const first = { step: 'initialize' } as const;
    s3.middlewareStack.add((next) => async (args) => (await live(), next(args)), first);
    publisher.middlewareStack.add((next) => async (args) => (await live(), next(args)), first);
    mediaConvert.middlewareStack.add((next) => async (args) => (await live(), next(args)), first);
    schedules.middlewareStack.add((next) => async (args) => (await live(), next(args)), first);
    rdsData.middlewareStack.add((next) => (args) => statement(() => next(args)), first);
    return {
      s3,
      mediaConvert,
      sns: publisher,
      scheduler: schedules,
      database: catalogDatabase(waitWhileResuming(rdsData, { firstWaitMs: 1, patienceMs: 20 }), catalog.locations.chain),
      sendToCompletion: async (message, delaySeconds = 0) => {
        await live();
        (delaySeconds > 0 ? delayed : sent).push(message);
      },
      sendRetry: async (retry) => {
        await live();
        retries.push(retry);
      },
      sendRemoval: async (removal) => {
        await live();
        removals.push(removal);
      },
      sendPublication: async (message) => {
        await live();
        publications.push(message);
      },
      invalidateOnce,
      invalidate: repeatingInvalidator(invalidateOnce, async (message, delaySeconds = 0) => {
        await live();
        invalidationRepeats.push({ message, delaySeconds });
      }),
      setDeadline: jobDeadlineSetter(schedules, DEADLINES),
      removeDeadline: jobDeadlineRemover(schedules, DEADLINES),
      scheduleAttempt: attemptScheduler(schedules, DEADLINES),
      scheduleGraceEnd: graceScheduler(schedules, GRACES),
      graceMinutes: GRACE_MINUTES,
      afterGrace: 'delete',
      retryPauseSeconds: DEADLINES.RETRY_PAUSE_SECONDS,
      logger: new Logger({ logLevel: 'SILENT' }),
      topicArn,
      transcodeEventsArn,
      outputBucket,
      deployment: DEPLOYMENT,
      jobDeadlineMinutes: MIN_DEADLINE_MINUTES,
      publishMetric: (...metric) => void metrics.push(metric),
      queueArn,
      roleArn: 'arn:aws:iam::000000000000:role/encoder',
      claimant: 'message',
      maxShortSide: 1080,
      caps: { maxUsd: 1000, maxUsdPerDay: 1_000_000 },
    };
  };
  const killedAfter = (requests: number, error = new Error('killed')): Functions => {
    let left = requests;
    const live = (): void => {
      left -= 1;
      if (left < 0) throw error;
    };
    return functionsOf(live, async (execute) => (live(), execute()));
  };
  const failingAt = (index: number, when: 'before' | 'after'): Functions => {
    let left = index;
    return functionsOf(
      () => undefined,
      async (execute) => {
        left -= 1;
        if (left === -1 && when === 'before') throw databaseError();
        const response = await execute();
        if (left === -1) throw databaseError();
        return response;
      },
    );
  };
  const functions = killedAfter(Infinity);
  const scheduled = (name: string, group = DEADLINES.DEADLINE_GROUP): { at: Date; message: unknown } => {
    const { ScheduleExpression, Target } = scheduler.get(group, name);
    const time = /^at\((.*)\)$/.exec(ScheduleExpression)?.[1] ?? '';
    return { at: new Date(`${time}Z`), message: JSON.parse(Target.Input ?? '') };
  };
  return {
    ...functions,
    encoder,
    owner: catalog.owner,
    databaseService: catalog.service,
    apiDatabase: catalog.as('api'),
    sourceBucket,
    sent,
    delayed,
    retries,
    removals,
    publications,
    invalidated,
    invalidationRepeats,
    metrics,
    published,
    playable,
    replayed,
    killedAfter,
    steppedBy: (step) => functionsOf(step, async (execute) => (await step(), execute())),
    failingAt,
    forgetStarts: async () => {
      await catalog.owner.execute(sql`update revisions set starts = 0 where status = 'uploaded' and starts > 0`);
      await catalog.owner.execute(sql`update steps set attempts = 0 where status = 'running'`);
    },
    upload: async (key, body, StorageClass) => {
      const before = events.length;
      await functions.s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: body, StorageClass }));
      while (events.length === before) await new Promise((resolve) => void setTimeout(resolve, 5));
      return objectCreatedSchema.parse({ time: new Date().toISOString(), ...Object(events[before]) });
    },
    deadlineOf: (attemptId, check = 1) => {
      const { at, message } = scheduled(`${attemptId}-${check}`);
      return { at, message: jobDeadlineSchema.parse(message) };
    },
    nextAttemptOf: (attemptId) => {
      const { at, message } = scheduled(`${attemptId}-next`);
      return { at, message: nextAttemptSchema.parse(message) };
    },
    graceEndOf: (revisionId, at) =>
      scheduled(`${revisionId}-${Math.ceil(at.getTime() / 60_000)}`, GRACES.GRACE_GROUP),
    close: async () => {
      for (const each of opened) each.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
      await encoder.close();
      await scheduler.close();
      await store.close();
      await catalog.close();
      await rm(directory, { recursive: true });
    },
  };
}
