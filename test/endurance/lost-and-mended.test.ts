import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BeginTransactionCommand, CommitTransactionCommand, ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import {
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateJobCommand, GetJobCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { PUBLISHED_TAG, RECONCILIATION_KEY } from '../../lambdas/contracts/output-layout.ts';
import { type Reconciliation, reconcileResponseSchema } from '../../lambdas/contracts/reconciliation.ts';
import { REDRIVE_QUEUES, type RedriveQueue } from '../../lambdas/contracts/redrive.ts';
import { runStateSchema } from '../../lambdas/reconcile/run-state.ts';
import { clientConfig } from '../../local/cli/running.ts';
import { openDeployment } from '../../local/operations/deployment.ts';
import { makeClip } from '../support/clips.ts';
import { ageState } from '../support/endurance/age-state.ts';
import { putDeadLetters } from '../support/endurance/dead-letters.ts';
import { EditedAssembly, idsOfType, withResources } from '../support/endurance/edited-assembly.ts';
import { removeState } from '../support/laptop-cloud.ts';
import { queryCatalog } from '../support/query-catalog.ts';
import type { CloudClients } from '../support/shared-cloud.ts';
import { putSource, readUploadState, type UploadState, waitForEnd } from '../support/uploads.ts';

/** Age that everything gets while the cloud is stopped: more than the hour in which work settles. */
const AGE_MS = 2 * 3_600_000;

/** Timeout of the reconciler in seconds, less than it reserves for a step: each invocation only has another one continue. */
const SHORT_TIMEOUT = 120;

let stateDirectory: string;
let assembly: EditedAssembly;
let clip: Buffer;
/** Movie whose encode lasts until the cloud is stopped. */
let longMovie: Buffer;

/** Everything that was lost by the operator's hand. */
interface Losses {
  readonly runId: string;
  /** How often schedules had the run continue, and its start. */
  readonly writes: number;
  readonly ready: UploadState;
  readonly orphanedJob: string;
  readonly orphanedSchedules: readonly { readonly GroupName: string | undefined; readonly Name: string }[];
  readonly orphanedOutput: string;
  readonly unregistered: { readonly key: string; readonly versionId: string };
  readonly halfRemoved: UploadState;
}
let losses: Losses;

beforeAll(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  [assembly, clip, longMovie] = await Promise.all([
    // A queue of its own can be paused.
    EditedAssembly.synthesize({ 'encode.queue': 'dedicated', 'encode.concurrentJobs': '2' }),
    makeClip(),
    makeClip('-vf', 'loop=loop=3000:size=50', '-t', '120', '-preset', 'ultrafast'),
  ]);
});

afterAll(async () => {
  assembly.remove();
  await removeState(stateDirectory);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function invoke(output: string, request: object): Promise<unknown> {
  const deployment = await openDeployment({ kind: 'laptop', state: stateDirectory });
  try {
    return await deployment.invoke(output, request);
  } finally {
    deployment.close();
  }
}

async function variablesOf(cloud: CloudClients, output: string): Promise<Record<string, string>> {
  const lambda = new LambdaClient(clientConfig(cloud.running));
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: cloud.running.outputs[output] }));
  lambda.destroy();
  return Environment?.Variables ?? {};
}

/** Changes the catalog past its triggers, which forbid what only an accident does. */
async function tamper({ rdsData, running }: CloudClients, ...statements: readonly string[]): Promise<void> {
  const { CatalogClusterArn: resourceArn, CatalogSecretArn: secretArn, CatalogDatabaseName: database } = running.outputs;
  const { transactionId } = await rdsData.send(new BeginTransactionCommand({ resourceArn, secretArn, database }));
  for (const sql of ['set local session_replication_role = replica', ...statements])
    await rdsData.send(new ExecuteStatementCommand({ resourceArn, secretArn, database, transactionId, sql }));
  await rdsData.send(new CommitTransactionCommand({ resourceArn, secretArn, transactionId }));
}

async function findSchedules(scheduler: SchedulerClient, GroupName: string | undefined, NamePrefix: string): Promise<string[]> {
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName, NamePrefix }));
  return Schedules.map(({ Name = '' }) => Name);
}

/** Uploads a text, which is rejected. */
async function putText(cloud: CloudClients, key: string): Promise<UploadState & { readonly key: string; readonly versionId: string }> {
  const versionId = await putSource(cloud, key, Buffer.from(`This is ${key}.`));
  return { ...(await waitForEnd(cloud, key, versionId)), key, versionId };
}

async function startLongEncode(cloud: CloudClients): Promise<UploadState & { readonly jobId: string; readonly attemptId: string }> {
  const versionId = await putSource(cloud, 'long.mp4', longMovie);
  for (;;) {
    const state = await readUploadState(cloud, 'long.mp4', versionId);
    if (state?.jobId != null && state.attemptId !== null) return { ...state, jobId: state.jobId, attemptId: state.attemptId };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Submits a job for a revision that does not exist. @returns its id */
async function orphanJob(mediaConvert: MediaConvertClient, like: string): Promise<string> {
  const { Job: { Settings, Role, Queue, UserMetadata } = {} } = await mediaConvert.send(new GetJobCommand({ Id: like }));
  const metadata = { ...UserMetadata, revisionId: randomUUID(), videoId: randomUUID() };
  const { Job } = await mediaConvert.send(new CreateJobCommand({ Settings, Role, Queue, UserMetadata: metadata }));
  return Job?.Id ?? '';
}

async function lose(cloud: CloudClients): Promise<Losses> {
  const { s3, outputBucket, sourceBucket } = cloud;
  const scheduler = new SchedulerClient(clientConfig(cloud.running));
  const mediaConvert = new MediaConvertClient(clientConfig(cloud.running));
  const variables = await variablesOf(cloud, 'ReconcileFunctionName');
  const { DEADLINE_GROUP, GRACE_GROUP, RECONCILE_ROLE_ARN } = variables;
  const versionId = await putSource(cloud, 'ready.mp4', clip);
  const [ready, unregistered, halfRemoved] = await Promise.all([
    waitForEnd(cloud, 'ready.mp4', versionId),
    putText(cloud, 'unregistered.txt'),
    putText(cloud, 'removed.txt'),
  ]);
  const prefix = `v/${ready.videoId}/1`;
  const orphanedOutput = `${prefix}/0123456789abcdef/index.m3u8`;
  await s3.send(new PutObjectCommand({ Bucket: outputBucket, Key: orphanedOutput, Body: 'x' }));
  await s3.send(new DeleteObjectTaggingCommand({ Bucket: outputBucket, Key: `${prefix}/${ready.attemptId}/index.m3u8` }));
  await s3.send(new DeleteObjectCommand({ Bucket: sourceBucket, Key: 'ready.mp4', VersionId: versionId }));
  const orphanedSchedules = [
    { GroupName: DEADLINE_GROUP, Name: `${ready.attemptId}-7` },
    { GroupName: GRACE_GROUP, Name: `${ready.revisionId}-29000000` },
  ];
  for (const schedule of orphanedSchedules) {
    const Target = { Arn: String(cloud.running.outputs['ReconcileFunctionName']), RoleArn: RECONCILE_ROLE_ARN };
    const ScheduleExpression = 'at(2099-01-01T00:00:00)';
    await scheduler.send(new CreateScheduleCommand({ ...schedule, Target, ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' } }));
  }
  const runId = randomUUID();
  await invoke('ReconcileFunctionName', { type: 'start', runId });
  await until(async () => (await countWrites(cloud)) > 1);
  const writes = await countWrites(cloud);
  const long = await startLongEncode(cloud);
  const orphanedJob = await orphanJob(mediaConvert, long.jobId);
  await until(async () => (await findSchedules(scheduler, DEADLINE_GROUP, long.attemptId)).length > 0);
  for (const Name of await findSchedules(scheduler, DEADLINE_GROUP, long.attemptId))
    await scheduler.send(new DeleteScheduleCommand({ GroupName: DEADLINE_GROUP, Name }));
  const age = `interval '${AGE_MS} milliseconds'`;
  const older = (...columns: readonly string[]) => columns.map((column) => `${column} = ${column} - ${age}`).join(', ');
  await tamper(
    cloud,
    `delete from revisions where id = '${unregistered.revisionId}'`,
    `delete from videos where id = '${unregistered.videoId}'`,
    `update revisions set status = 'deleted' where id = '${halfRemoved.revisionId}'`,
    `update videos set status = 'deleted' where id = '${halfRemoved.videoId}'`,
    `update videos set ${older('created_at', 'changed_at')}`,
    `update revisions set ${older('created_at', 'claimed_at', 'submitted_at', 'ended_at', 'published_at')}`,
  );
  scheduler.destroy();
  mediaConvert.destroy();
  return { runId, writes, ready, orphanedJob, orphanedSchedules, orphanedOutput, unregistered, halfRemoved };
}

/** Returns how often the state of the reconciler's run was written after its start. */
async function countWrites({ s3, outputBucket }: CloudClients): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key: RECONCILIATION_KEY }));
  const { running } = runStateSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  return running?.writes ?? 0;
}

async function continueRun(runId: string): Promise<Reconciliation> {
  let last: Reconciliation | undefined;
  await invoke('ReconcileFunctionName', { type: 'continue', runId });
  await until(async () => {
    ({ last } = reconcileResponseSchema.parse(await invoke('ReconcileFunctionName', { type: 'report' })));
    return last?.runId === runId;
  });
  if (last === undefined) throw new Error('The run has no report.');
  return last;
}

/** Message of a queue about something that does not exist, which its function ignores. */
function letterFor(queue: RedriveQueue): object {
  const revisionId = randomUUID();
  if (queue === 'transcode') return { type: 'upload-retry', revisionId, failedAt: '2026-01-01T00:00:00.000Z' };
  if (queue === 'completion') return { type: 'revision-ended', revisionId };
  if (queue === 'removal') return { videoId: randomUUID(), lastRevision: 1 };
  if (queue === 'withdrawal') return { type: 'visitors-view-changed', videoId: randomUUID() };
  const userMetadata = { deployment: 'other', videoId: randomUUID(), revisionId, revision: '1', attemptId: '0123456789abcdef' };
  const detail = { timestamp: 0, queue: 'q', jobId: '1-a', status: 'COMPLETE', userMetadata };
  return { source: 'aws.mediaconvert', 'detail-type': 'MediaConvert Job State Change', time: '2026-01-01T00:00:00Z', detail };
}

function redriveQueue(queue: RedriveQueue, dryRun: boolean): Promise<unknown> {
  return invoke('RedriveFunctionName', { type: 'queue', queue, dryRun });
}

test('a run that an invocation cannot finish continues by schedules', async () => {
  const shorten = withResources((resources) => {
    for (const id of idsOfType(resources, 'AWS::Lambda::Function').filter((one) => one.startsWith('ReconcilerFunction')))
      Object.assign(resources[id]?.Properties ?? {}, { Timeout: SHORT_TIMEOUT });
  });
  await assembly.run(
    /Delivery/,
    shorten,
    async (cloud) => {
      losses = await lose(cloud);
    },
    stateDirectory,
  );
  expect(losses.writes).toBeGreaterThan(1);
});

test('the reconciler mends what was lost, and redrive moves the dead letters of every queue', async () => {
  await ageState(stateDirectory, AGE_MS, losses.orphanedJob);
  await putDeadLetters(stateDirectory, letterFor);
  // Otherwise their functions would handle the dead letters, and the encoder the jobs.
  const pause = withResources((resources) => {
    for (const id of idsOfType(resources, 'AWS::MediaConvert::Queue')) Object.assign(resources[id]?.Properties ?? {}, { Status: 'PAUSED' });
    for (const id of idsOfType(resources, 'AWS::Lambda::EventSourceMapping')) {
      const properties = resources[id]?.Properties ?? {};
      if (/DeadLetters/.test(JSON.stringify(properties['EventSourceArn']))) properties['Enabled'] = false;
    }
  });
  const { runId, ready, orphanedJob, orphanedSchedules, orphanedOutput, unregistered, halfRemoved } = losses;
  await assembly.run(
    /Pipeline|Delivery/,
    pause,
    async (cloud) => {
      const { s3, outputBucket } = cloud;
      const report = await continueRun(runId);
      expect(report.unfinished).toEqual([]);
      const counts = Object.fromEntries(Object.entries(report.findings).map(([code, { found, mended }]) => [code, [found, mended]]));
      expect(counts).toEqual({
        job_orphaned: [1, 1],
        schedule_orphaned: [2, 2],
        output_orphaned: [1, 1],
        tags_disagree: [1, 1],
        source_unregistered: [1, 1],
        source_missing: [1, 0],
        deadline_missing: [1, 1],
        removal_unfinished: [1, 1],
      });

      const mediaConvert = new MediaConvertClient(clientConfig(cloud.running));
      expect((await mediaConvert.send(new GetJobCommand({ Id: orphanedJob }))).Job?.Status).toBe('CANCELED');
      mediaConvert.destroy();
      const scheduler = new SchedulerClient(clientConfig(cloud.running));
      for (const schedule of orphanedSchedules)
        await expect(scheduler.send(new GetScheduleCommand(schedule))).rejects.toThrow('does not exist');
      scheduler.destroy();
      const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: outputBucket, Prefix: orphanedOutput }));
      expect(KeyCount).toBe(0);
      expect(await waitForEnd(cloud, unregistered.key, unregistered.versionId)).toMatchObject({ code: 'not_a_video' });
      await until(async () => {
        const Key = `v/${ready.videoId}/1/${ready.attemptId}/index.m3u8`;
        const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: outputBucket, Key }));
        return TagSet.some((tag) => tag.Key === PUBLISHED_TAG.key);
      });
      await until(async () => {
        const select = 'select 1 from settled_changes where video_id = cast(:id as uuid) and removed_through = 1';
        return (await queryCatalog(cloud, select, { id: halfRemoved.videoId })).length > 0;
      });

      expect(await invoke('RedriveFunctionName', { type: 'video', video: ready.videoId })).toMatchObject({
        videos: [{ outcome: 'not_failed' }],
      });
      const dry = await Promise.all((['completion', 'removal', 'withdrawal'] as const).map((queue) => redriveQueue(queue, true)));
      expect(dry).toMatchObject([{ letters: [{}], others: 4 }, { letters: [{}], others: 0 }, { letters: [{}], others: 0 }]);
      for (const queue of REDRIVE_QUEUES) expect(await redriveQueue(queue, false)).toMatchObject({ letters: [{}], inFlight: 0 });
      expect(await redriveQueue('completion', true)).toMatchObject({ letters: [], others: 0 });
    },
    stateDirectory,
  );
});
