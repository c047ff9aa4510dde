import type { SQSRecord } from 'aws-lambda';
import { GetJobCommand, type Job } from '@aws-sdk/client-mediaconvert';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { findRevision, findRevisionByVersion } from '../../../catalog/revisions/find-revision.ts';
import type { Revision } from '../../../catalog/schema/index.ts';
import { requestPublication } from '../../../lambdas/api/request-publication.ts';
import { requestRemoval } from '../../../lambdas/api/request-removal.ts';
import { complete as completeMessage, type CompletionContext } from '../../../lambdas/completion/complete.ts';
import { DEAD_LETTER_SOURCES, type DeadLetterSource } from '../../../lambdas/contracts/environment.ts';
import type { JobStateChange } from '../../../lambdas/contracts/job-state-change.ts';
import type { ObjectCreated } from '../../../lambdas/contracts/object-created.ts';
import { encodePrefix } from '../../../lambdas/contracts/output-layout.ts';
import type { RemovalMessage } from '../../../lambdas/contracts/removal-message.ts';
import type { WithdrawalInbox } from '../../../lambdas/contracts/withdrawal-message.ts';
import { STEPS, type Step } from '../../../lambdas/contracts/steps.ts';
import { recordMetadata } from '../../../lambdas/metadata/record-metadata.ts';
import { publishEncode } from '../../../lambdas/permissions/publish-encode.ts';
import { receiveRemoval } from '../../../lambdas/removal/receive-removal.ts';
import { receiveWithdrawal } from '../../../lambdas/withdrawal/receive-withdrawal.ts';
import { runStep, type StepWork } from '../../../lambdas/chain/run-step.ts';
import { makeThumbnails } from '../../../lambdas/thumbnails/make-thumbnails.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { uploadedObject } from '../../../lambdas/chain/uploaded-object.ts';
import { jobStateChange } from '../events.ts';
import { type ChainServices, DEPLOYMENT, type Functions } from './services.ts';

/** ARN of the queue that each component's dead letters come from. */
export const DEAD_LETTERS = Object.fromEntries(
  DEAD_LETTER_SOURCES.map((source) => [source, `arn:queue:${source}`]),
) as Record<DeadLetterSource, string>;
/** Source of a message of completion's own queue, which is no dead letter. */
export const INBOX = undefined;

const MEDIA_PLAYLIST =
  '#EXTM3U\n#EXT-X-MAP:URI="index_180p.cmfv",BYTERANGE="50@0"\n#EXTINF:2.0,\n#EXT-X-BYTERANGE:1000@50\nindex_180p.cmfv\n#EXT-X-ENDLIST\n';

/** Output of an encoder, by name below its prefix. */
export const OUTPUT: Readonly<Record<string, string>> = {
  'index.m3u8':
    '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=4000,CODECS="avc1.64000c",RESOLUTION=320x180,FRAME-RATE=25.000\nindex_180p.m3u8\n',
  'index.mpd': '<MPD/>',
  'index_180p.m3u8': MEDIA_PLAYLIST,
  'index_180p.cmfv': 'v'.repeat(1050),
  'index_thumbnails_00001.jpg': 'tiles',
  'frames/frame.0000000.jpg': 'black',
  'frames/frame.0000001.jpg': 'a frame with many details',
  'frames/frame.0000002.jpg': 'faded',
};

/** Names of the files that the steps add to the encoder's output. */
export const ADDED_BY_STEPS = ['poster.jpg', 'storyboard.vtt', 'metadata.json'];

/** Returns the components of the chain after transcode, each called as its queue would call it. */
export function chainSteps(services: ChainServices) {
  const completionOf = (functions: Functions): CompletionContext => ({
    ...functions,
    deadLetterSources: new Map(DEAD_LETTER_SOURCES.map((source) => [DEAD_LETTERS[source], source])),
  });

  const revisionOf = async (event: ObjectCreated): Promise<Revision | undefined> =>
    (await findRevisionByVersion(services.database, uploadedObject(event)))?.revision;

  /** Finds a revision with its job, whose events the caller creates. */
  const findEncode = async (revisionId: string) => {
    const { revision, video } = (await findRevision(services.database, revisionId))!;
    const attemptId = revision.attemptId!;
    const prefix = encodePrefix({ videoId: video.id, revision: revision.number, attemptId });
    const ended = (status: JobStateChange['detail']['status'], more = {}): string => jobEvent(revision, status, more);
    return { videoId: video.id, revisionId, revision, attemptId, prefix, ended };
  };

  /** Submits the job of an upload. */
  const submitUpload = async (event: ObjectCreated) => {
    await transcodeUpload(services, event);
    return { ...(await findEncode((await revisionOf(event))!.id)), event };
  };

  /** Returns every job of a revision, oldest first. The API lists the jobs of all tests, 20 in a response. */
  const jobsOf = async (revisionId: string): Promise<Job[]> => {
    const found: Job[] = [];
    const { jobs } = services.encoder.listJobs({ ascending: true, limit: 1_000_000 });
    for (const { id: Id, userMetadata } of jobs as { id: string; userMetadata?: Record<string, string> }[]) {
      if (userMetadata?.['revisionId'] !== revisionId) continue;
      const { Job: job } = await services.mediaConvert.send(new GetJobCommand({ Id }));
      found.push(job!);
    }
    return found;
  };

  const putOutput = async (prefix: string, names = Object.keys(OUTPUT)): Promise<void> => {
    for (const name of names) {
      const object = { Bucket: services.outputBucket, Key: `${prefix}${name}`, Body: OUTPUT[name] };
      await services.s3.send(new PutObjectCommand(object));
    }
  };

  const workOf = ({ s3, outputBucket: bucket, database }: Functions): Record<Step, StepWork> => ({
    permissions: async ({ prefix }) => ({ objects: await publishEncode(s3, bucket, prefix) }),
    thumbnails: (encode) => makeThumbnails(s3, bucket, encode),
    metadata: (encode) => recordMetadata({ database, s3, bucket }, encode),
  });

  const run = (step: Step, body: string, functions: Functions = services): Promise<void> =>
    runStep(functions, step, body, workOf(functions)[step]);

  /** Delivers a message of the completion queue or, with the ARN of the queue that it comes from, a dead letter. */
  const complete = (
    body: unknown,
    deadLetterSourceArn: string | undefined = INBOX,
    functions: Functions = services,
    messageAttributes: SQSRecord['messageAttributes'] = {},
  ): Promise<void> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const attributes = {
      ApproximateFirstReceiveTimestamp: '0',
      ApproximateReceiveCount: '1',
      SenderId: 'sender',
      SentTimestamp: '0',
      ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
    };
    return completeMessage(completionOf(functions), { body: text, attributes, messageAttributes });
  };

  /** Delivers the messages of the completion queue, newest first and each one twice. */
  const deliver = async (): Promise<void> => {
    const messages = services.sent.splice(0).toReversed();
    for (const message of [...messages, ...messages]) await complete(message);
  };

  /** Delivers a message to the removal function; its id is unique per video. */
  const handleRemoval = (removal: RemovalMessage, functions: Functions = services): Promise<void> =>
    receiveRemoval(functions, { body: JSON.stringify(removal) });

  /** Deletes a video. @returns the message to the removal function */
  const remove = async (videoId: string): Promise<RemovalMessage> => {
    await requestRemoval(services, videoId);
    const [removal] = services.removals.splice(0);
    await handleRemoval(removal!);
    return removal!;
  };

  let messages = 0;

  /** Delivers a message to the withdrawal function; by default each has its own id. */
  const handleWithdrawal = (
    message: WithdrawalInbox,
    functions: Functions = services,
    messageId = `withdrawal ${(messages += 1)}`,
  ): Promise<void> => receiveWithdrawal(functions, { body: JSON.stringify(message), messageId });

  /** Withdraws a video, or publishes it again, and delivers the messages about it. */
  const setWithdrawn = async (videoId: string, withdrawn: boolean): Promise<void> => {
    await requestPublication(services, videoId, withdrawn);
    for (const message of services.publications.splice(0)) await handleWithdrawal(message);
  };

  /** Runs everything that follows a complete job. */
  const finish = async ({
    prefix,
    ended,
  }: {
    prefix: string;
    ended: (status: 'COMPLETE') => string;
  }): Promise<void> => {
    await putOutput(prefix);
    for (const step of STEPS) await run(step, ended('COMPLETE'));
    await deliver();
  };

  /** Reports every job of a revision as `PROGRESSING`. */
  const beginJobs = async (event: ObjectCreated): Promise<void> => {
    const revision = await revisionOf(event);
    if (revision === undefined) return;
    for (const { Id, UserMetadata } of await jobsOf(revision.id)) {
      const { attemptId = null } = UserMetadata ?? {};
      await complete(jobEvent({ ...revision, jobId: Id ?? null, attemptId }, 'PROGRESSING'));
    }
  };

  return {
    submitUpload,
    findEncode,
    jobsOf,
    beginJobs,
    startEncode: async (key: string, movie: Buffer) => submitUpload(await services.upload(key, movie)),
    finish,
    putOutput,
    run,
    complete,
    deliver,
    remove,
    handleRemoval,
    handleWithdrawal,
    setWithdrawn,
    completionOf,
    revisionOf,
    statusOf: async (revisionId: string) => (await findRevision(services.database, revisionId))?.revision.status,
    /** Events that were published about a revision. */
    eventsOf: (revisionId: string): unknown[] =>
      services.published.filter((event) => Object(event).revisionId === revisionId),
  };
}

/** Returns the event of a revision's job, as a queue's message. */
export function jobEvent(
  { videoId, id: revisionId, number, attemptId, jobId }: Revision,
  status: JobStateChange['detail']['status'],
  more: Partial<JobStateChange['detail']> = {},
): string {
  const userMetadata = { deployment: DEPLOYMENT, videoId, revisionId, revision: String(number), attemptId: attemptId ?? '' };
  return JSON.stringify(jobStateChange({ jobId: jobId ?? '', userMetadata }, status, more));
}
