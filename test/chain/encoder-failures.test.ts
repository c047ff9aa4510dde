import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelJobCommand,
  GetJobCommand,
  type Job,
  type JobStatus,
  MediaConvertClient,
  paginateListJobs,
} from '@aws-sdk/client-mediaconvert';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { endedJobEvent } from '../../lambdas/completion/ended-job-event.ts';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';
import { clientConfig } from '../../local/cli/running.ts';
import { synthesize } from '../../local/template/synthesize.ts';
import { clip } from '../support/clips.ts';
import { removeState, startLaptopCloud, type LaptopCloudHandle } from '../support/laptop-cloud.ts';
import { connect, type CloudClients } from '../support/shared-cloud.ts';
import { put, readUpload, uploadEnds } from '../support/uploads.ts';

const directory = mkdtempSync(join(tmpdir(), 'bad-luck-'));

/** An ffmpeg and an ffprobe that do as the files `encoding` and `probing` beside them say. */
function program(name: 'ffmpeg' | 'ffprobe', mode: 'encoding' | 'probing'): void {
  return writeFileSync(join(directory, name), `#!/bin/sh\n. '${join(directory, mode)}'\n`, { mode: 0o755 });
}

function encoding(script?: string): void {
  return writeFileSync(join(directory, 'encoding'), script ?? `exec '${ensureFfmpeg(() => {}).ffmpegPath}' "$@"`);
}

function probing(script = ''): void {
  return writeFileSync(join(directory, 'probing'), `${script}\nexec '${ensureFfmpeg(() => {}).ffprobePath}' "$@"`);
}

/** What transcode may take for an upload here, in seconds: longer than it needs on a busy machine. */
const PATIENCE = 8;

let handle: LaptopCloudHandle | undefined;
let cloud: CloudClients;
let mediaConvert: MediaConvertClient;
let movie: Buffer;

beforeAll(async () => {
  program('ffmpeg', 'encoding');
  program('ffprobe', 'probing');
  encoding();
  probing();
  const assembly = join(directory, 'assembly');
  [movie] = await Promise.all([clip('-t', '0.4'), synthesize(join(import.meta.dirname, '../..'), assembly)]);
  hurry(join(assembly, 'SluicePipeline.template.json'));
  handle = await startLaptopCloud({
    args: ['--assembly', assembly],
    env: { FFMPEG_PATH: join(directory, 'ffmpeg') },
  });
  cloud = connect(handle.stateDirectory);
  mediaConvert = new MediaConvertClient(clientConfig(cloud.running));
});

afterAll(async () => {
  mediaConvert?.destroy();
  await handle?.stop();
  if (handle !== undefined) await removeState(handle.stateDirectory);
  rmSync(directory, { recursive: true });
});

/** Has Lambda give up on transcode, and its queue hand out what it failed at, as soon as a test can wait for. */
function hurry(templatePath: string): void {
  const template = JSON.parse(readFileSync(templatePath, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::Lambda::Function' && id.startsWith('TranscodeFunction')) Properties['Timeout'] = PATIENCE;
    if (Type === 'AWS::SQS::Queue' && id.startsWith('TranscodeUploadsQueue')) Properties['VisibilityTimeout'] = PATIENCE;
  }
  writeFileSync(templatePath, JSON.stringify(template));
}

/** The log of the function that takes uploads to jobs. */
function transcodeLog(): string {
  const logs = join(handle?.stateDirectory ?? '', 'logs');
  const [name] = readdirSync(logs).filter((file) => file.startsWith('TranscodeFunction'));
  return name === undefined ? '' : readFileSync(join(logs, name), 'utf8');
}

async function jobsOf(revisionId: string): Promise<Job[]> {
  const found: Job[] = [];
  for await (const { Jobs = [] } of paginateListJobs({ client: mediaConvert }, {})) {
    found.push(...Jobs.filter((job) => job.UserMetadata?.['revisionId'] === revisionId));
  }
  return found;
}

/** The one job of an upload once it has come to a status. */
async function jobOnce(status: JobStatus, key: string, versionId: string): Promise<Job> {
  for (;;) {
    const upload = await readUpload(cloud, key, versionId);
    const [job] = upload === undefined ? [] : await jobsOf(upload.revisionId);
    if (job?.Status === status) return job;
    await sleep(50);
  }
}

test('a job that ends in ERROR ends its upload as failed, with what the encoder said', async () => {
  encoding('echo "Cannot allocate memory" >&2; exit 1');
  const upload = await uploadEnds(cloud, 'error.mp4', await put(cloud, 'error.mp4', movie));
  expect(upload).toMatchObject({ status: 'failed', code: 'encoder_error' });
  expect(upload.message).toMatch(/Try again/);
});

test('a job that is canceled ends its upload as failed', async () => {
  encoding('exec sleep 600');
  const versionId = await put(cloud, 'cancel.mp4', movie);
  const { Id } = await jobOnce('PROGRESSING', 'cancel.mp4', versionId);
  await mediaConvert.send(new CancelJobCommand({ Id }));
  expect(await uploadEnds(cloud, 'cancel.mp4', versionId)).toMatchObject({ status: 'failed', code: 'encoder_canceled' });
});

test('a newer upload of a key stops the job of one that is being encoded, and becomes ready in its place', async () => {
  const key = 'twice.mp4';
  encoding('exec sleep 600');
  const first = await put(cloud, key, movie);
  await jobOnce('PROGRESSING', key, first);
  encoding();
  const second = await put(cloud, key, movie);
  expect(await uploadEnds(cloud, key, first)).toMatchObject({ status: 'superseded', revision: 1 });
  expect((await jobOnce('CANCELED', key, first)).Status).toBe('CANCELED');
  expect(await uploadEnds(cloud, key, second)).toMatchObject({ status: 'ready', revision: 2 });
});

test('a function that hangs is killed when its time is up, and its upload becomes ready by the next delivery', async () => {
  const hanging = join(directory, 'hanging');
  encoding();
  writeFileSync(hanging, '');
  probing(`while [ -e '${hanging}' ]; do sleep 0.1; done`);
  const versionId = await put(cloud, 'hangs.mp4', movie);
  while (!transcodeLog().includes(`Task timed out after ${PATIENCE}`)) await sleep(50);
  expect(await readUpload(cloud, 'hangs.mp4', versionId)).toMatchObject({ status: 'uploaded' });
  rmSync(hanging);
  const upload = await uploadEnds(cloud, 'hangs.mp4', versionId);
  expect(upload).toMatchObject({ status: 'ready' });
  expect(await jobsOf(upload.revisionId)).toHaveLength(1);
});

test('what SNS and SQS deliver again when all is done changes nothing', async () => {
  encoding();
  probing();
  const key = 'again.mp4';
  const versionId = await put(cloud, key, movie);
  const upload = await uploadEnds(cloud, key, versionId);
  expect(upload.status).toBe('ready');
  const config = clientConfig(cloud.running);
  const [sns, sqs] = [new SNSClient(config), new SQSClient(config)];
  const { QueueUrls: queues = [] } = await sqs.send(new ListQueuesCommand({}));
  const [job] = await jobsOf(upload.revisionId);
  const { Job: ended } = await mediaConvert.send(new GetJobCommand({ Id: job?.Id ?? '' }));
  const complete = endedJobEvent(ended!);
  const created = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    time: new Date().toISOString(),
    detail: {
      bucket: { name: cloud.sourceBucket },
      object: { key, size: movie.length, etag: '', 'version-id': versionId, sequencer: '00' },
    },
  };
  for (const status of ['CANCELED', 'COMPLETE', 'PROGRESSING', 'COMPLETE', 'ERROR']) {
    const Message = JSON.stringify({ ...complete, detail: { ...complete?.detail, status } });
    await sns.send(new PublishCommand({ TopicArn: cloud.running.outputs['TranscodeEventsTopicArn'], Message }));
    const QueueUrl = queues.find((url) => /transcodeuploadsqueue/i.test(url)) ?? '';
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(created) }));
  }
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const waiting = async (QueueUrl: string): Promise<string> => {
    const request = { QueueUrl, AttributeNames: [...AttributeNames] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(request));
    return Object.values(Attributes ?? {}).join();
  };
  for (const QueueUrl of queues) {
    for (let left = '1'; left !== '0,0'; left = await waiting(QueueUrl)) await sleep(20);
  }
  expect(await readUpload(cloud, key, versionId)).toEqual(upload);
  expect(await jobsOf(upload.revisionId)).toHaveLength(1);
  sns.destroy();
  sqs.destroy();
});
