import { Logger } from '@aws-lambda-powertools/logger';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { DatabaseErrorException } from '@aws-sdk/client-rds-data';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogDatabase } from '../../../catalog/database.ts';
import type { CompletionContext } from '../../../lambdas/completion/complete.ts';
import {
  type CompletionMessage,
  type JobDeadline,
  jobDeadlineSchema,
} from '../../../lambdas/contracts/completion-messages.ts';
import { type JobStateChange, jobStateChangeSchema } from '../../../lambdas/contracts/job-state-change.ts';
import { type ObjectCreated, objectCreatedSchema } from '../../../lambdas/contracts/object-created.ts';
import type { RemovalMessage } from '../../../lambdas/contracts/removal-message.ts';
import type { UploadRetry } from '../../../lambdas/contracts/upload-message.ts';
import type { ReceiveRemovalContext } from '../../../lambdas/removal/receive-removal.ts';
import { waitWhileResuming } from '../../../lambdas/runtime/database-resuming.ts';
import { jobDeadlineRemover, jobDeadlineSetter } from '../../../lambdas/chain/job-deadlines.ts';
import type { SendToQueue } from '../../../lambdas/runtime/queue-sender.ts';
import type { TranscodeContext } from '../../../lambdas/transcode/transcode-upload.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { Directory } from '../../../local/cloud/directory.ts';
import { ensureFfmpeg } from '../../../local/cli/ffmpeg.ts';
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
  extends TranscodeContext, Omit<CompletionContext, 'deadLetterSources'>, ReceiveRemovalContext {
  readonly sendRetry: SendToQueue<UploadRetry>;
  readonly sendRemoval: SendToQueue<RemovalMessage>;
}

export interface ChainServices extends Functions {
  readonly encoder: MediaConvert;
  readonly databaseService: RdsData;
  readonly sourceBucket: string;
  /** Messages in the completion queue, oldest first. */
  readonly sent: CompletionMessage[];
  /** Delayed messages in the completion queue, oldest first. */
  readonly delayed: CompletionMessage[];
  /** Messages in the uploads queue, oldest first. */
  readonly retries: UploadRetry[];
  /** Messages in the removals queue, oldest first. */
  readonly removals: RemovalMessage[];
  /** Invalidated paths, by reference. */
  readonly invalidated: Map<string, string>;
  /** Bodies published to the topic `video-events`, oldest first. */
  readonly published: unknown[];
  /** Events that completion republished to the topic `transcode-events`, oldest first. */
  readonly replayed: JobStateChange[];
  /** Returns functions that are killed after a number of requests to any service. */
  killedAfter(requests: number): Functions;
  /**
   * Returns functions whose database fails once, at the statement with this index: before executing it or, as if the
   * response were lost, after it.
   */
  failingAt(statement: number, when: 'before' | 'after'): Functions;
  /** Puts an object and returns its event, as S3 publishes it. */
  upload(key: string, body: Buffer | string): Promise<ObjectCreated>;
  /** Returns the deadline of an attempt: its time, and its message to completion. */
  deadlineOf(attemptId: string, check?: number): { readonly at: Date; readonly message: JobDeadline };
  close(): Promise<void>;
}

/** Returns the error of the Data API when its database has stopped or is failing over. */
function databaseError(): Error {
  return new DatabaseErrorException({ message: 'FATAL: terminating connection', $metadata: { httpStatusCode: 400 } });
}

type StatementMiddleware = <Output>(execute: () => Promise<Output>) => Promise<Output>;

/** Minimum time of every job, to which ten times its duration is added. */
export const MIN_DEADLINE_MINUTES = 30;
const DEADLINES = {
  DEADLINE_GROUP: 'deadlines',
  DEADLINE_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:completion',
  DEADLINE_ROLE_ARN: 'arn:aws:iam::000000000000:role/deadlines',
  JOB_DEADLINE_MINUTES: MIN_DEADLINE_MINUTES,
};

/** Starts the services that the functions call on their own port; jobs stay queued, and no deadline fires. */
export async function startChainServices(): Promise<ChainServices> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-chain-'));
  const catalog = await startLocalCatalog();
  const credentials = Credentials.open(directory);
  const events: unknown[] = [];
  const store = await S3.open({ dir: join(directory, 's3'), publish: async (event) => void events.push(event) });
  store.start();
  const { ffmpegPath, ffprobePath } = ensureFfmpeg(() => undefined);
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
  const published: unknown[] = [];
  const topicArn = topic('video-events', (event) => void published.push(event));
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
  const invalidated = new Map<string, string>();
  const functionsOf = (live: () => void, statement: StatementMiddleware): Functions => {
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    const publisher = new SNSClient(client);
    const mediaConvert = new MediaConvertClient(client);
    const schedules = new SchedulerClient(client);
    const rdsData = catalog.connect();
    opened.push(s3, publisher, mediaConvert, schedules);
    const first = { step: 'initialize' } as const;
    s3.middlewareStack.add((next) => async (args) => (live(), next(args)), first);
    publisher.middlewareStack.add((next) => async (args) => (live(), next(args)), first);
    mediaConvert.middlewareStack.add((next) => async (args) => (live(), next(args)), first);
    schedules.middlewareStack.add((next) => async (args) => (live(), next(args)), first);
    rdsData.middlewareStack.add((next) => (args) => statement(() => next(args)), first);
    return {
      s3,
      mediaConvert,
      sns: publisher,
      database: catalogDatabase(waitWhileResuming(rdsData, { firstWaitMs: 1, patienceMs: 20 }), catalog.location),
      sendToCompletion: async (message, delaySeconds = 0) => {
        live();
        (delaySeconds > 0 ? delayed : sent).push(message);
      },
      sendRetry: async (retry) => {
        live();
        retries.push(retry);
      },
      sendRemoval: async (removal) => {
        live();
        removals.push(removal);
      },
      invalidate: async (path, reference) => {
        live();
        invalidated.set(reference, path);
      },
      setDeadline: jobDeadlineSetter(schedules, DEADLINES),
      removeDeadline: jobDeadlineRemover(schedules, DEADLINES),
      logger: new Logger({ logLevel: 'SILENT' }),
      topicArn,
      transcodeEventsArn,
      outputBucket,
      queueArn,
      roleArn: 'arn:aws:iam::000000000000:role/encoder',
      claimant: 'message',
      maxShortSide: 1080,
    };
  };
  const killedAfter = (requests: number): Functions => {
    let left = requests;
    const live = (): void => {
      left -= 1;
      if (left < 0) throw new Error('killed');
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
  return {
    ...functions,
    encoder,
    databaseService: catalog.service,
    sourceBucket,
    sent,
    delayed,
    retries,
    removals,
    invalidated,
    published,
    replayed,
    killedAfter,
    failingAt,
    upload: async (key, body) => {
      const before = events.length;
      await functions.s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: body }));
      while (events.length === before) await new Promise((resolve) => void setTimeout(resolve, 5));
      return objectCreatedSchema.parse({ time: new Date().toISOString(), ...Object(events[before]) });
    },
    deadlineOf: (attemptId, check = 1) => {
      const { ScheduleExpression, Target } = scheduler.get(DEADLINES.DEADLINE_GROUP, `${attemptId}-${check}`);
      const time = /^at\((.*)\)$/.exec(ScheduleExpression)?.[1] ?? '';
      return { at: new Date(`${time}Z`), message: jobDeadlineSchema.parse(JSON.parse(Target.Input ?? '')) };
    },
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
