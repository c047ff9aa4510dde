import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
import { getFfmpeg } from '../../local/cli/ffmpeg.ts';
import { clientConfig } from '../../local/cli/running.ts';
import { synthesize } from '../../local/template/synthesize.ts';
import { makeClip, makeWithFfmpeg } from '../support/clips.ts';
import { removeState, spawnLaptopCloud, type LaptopCloudHandle } from '../support/laptop-cloud.ts';
import { connectTo, type CloudClients } from '../support/shared-cloud.ts';
import { putSource, readUploadState, waitForEnd } from '../support/uploads.ts';

const directory = mkdtempSync(join(tmpdir(), 'bad-luck-'));

/** Writes a stand-in for ffmpeg or ffprobe that runs the script `encoding` or `probing` beside it. */
function writeProgram(name: 'ffmpeg' | 'ffprobe', mode: 'encoding' | 'probing'): void {
  return writeFileSync(join(directory, name), `#!/bin/sh\n. '${join(directory, mode)}'\n`, { mode: 0o755 });
}

/** Sets what ffmpeg does. @default it encodes */
function setEncoding(script?: string): void {
  return replaceScript('encoding', script ?? `exec '${getFfmpeg().ffmpegPath}' "$@"`);
}

/** Sets what ffprobe does before it probes. */
function setProbing(script = ''): void {
  return replaceScript('probing', `${script}\nexec '${getFfmpeg().ffprobePath}' "$@"`);
}

/** Replaces a script at once: a program that starts at this moment must not find half of it. */
function replaceScript(name: 'encoding' | 'probing', script: string): void {
  const next = join(directory, `next-${name}`);
  writeFileSync(next, script);
  renameSync(next, join(directory, name));
}

/** Timeout of the transcode function in these tests, longer than it needs on a busy machine. */
const TRANSCODE_TIMEOUT_SECONDS = 8;

let handle: LaptopCloudHandle | undefined;
let cloud: CloudClients;
let mediaConvert: MediaConvertClient;
let movie: Buffer;

beforeAll(async () => {
  writeProgram('ffmpeg', 'encoding');
  writeProgram('ffprobe', 'probing');
  setEncoding();
  setProbing();
  const assembly = join(directory, 'assembly');
  [movie] = await Promise.all([makeClip('-t', '0.4'), synthesize(join(import.meta.dirname, '../..'), assembly)]);
  shortenTimes(join(assembly, 'SluicePipeline.template.json'));
  handle = await spawnLaptopCloud({
    args: ['--assembly', assembly],
    env: { FFMPEG_PATH: join(directory, 'ffmpeg') },
  });
  cloud = connectTo(handle.stateDirectory);
  mediaConvert = new MediaConvertClient(clientConfig(cloud.running));
});

afterAll(async () => {
  mediaConvert?.destroy();
  await handle?.stop();
  if (handle !== undefined) await removeState(handle.stateDirectory);
  rmSync(directory, { recursive: true });
});

/** Shortens the pause between attempts, the timeout of transcode and the visibility timeout of its queue to what a test can wait for. */
function shortenTimes(templatePath: string): void {
  const template = JSON.parse(readFileSync(templatePath, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  };
  for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::Lambda::Function' && id.startsWith('TranscodeFunction'))
      Properties['Timeout'] = TRANSCODE_TIMEOUT_SECONDS;
    const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
    if ('RETRY_PAUSE_SECONDS' in Variables) Variables['RETRY_PAUSE_SECONDS'] = '0.2';
    if (Type === 'AWS::SQS::Queue' && id.startsWith('TranscodeUploadsQueue'))
      Properties['VisibilityTimeout'] = TRANSCODE_TIMEOUT_SECONDS;
  }
  writeFileSync(templatePath, JSON.stringify(template));
}

function readTranscodeLog(): string {
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

/** Waits until the one job of an upload has a status, and returns the job. */
async function waitForJob(status: JobStatus, key: string, versionId: string): Promise<Job> {
  for (;;) {
    const upload = await readUploadState(cloud, key, versionId);
    const [job] = upload === undefined ? [] : await jobsOf(upload.revisionId);
    if (job?.Status === status) return job;
    await sleep(50);
  }
}

test('an upload becomes ready although the encoder died at the first two attempts', async () => {
  const deaths = join(directory, 'deaths');
  const encode = `exec '${getFfmpeg().ffmpegPath}' "$@"`;
  const die = `echo x >> '${deaths}'; [ "$(wc -l < '${deaths}')" -gt 2 ] || kill -9 $$`;
  // The encoder also asks ffmpeg for its filters.
  setEncoding(`case "$*" in *-filter_complex*) ${die};; esac; ${encode}`);
  const upload = await waitForEnd(cloud, 'dies.mp4', await putSource(cloud, 'dies.mp4', movie));
  expect(upload).toMatchObject({ status: 'ready' });
  expect(await jobsOf(upload.revisionId)).toHaveLength(3);
});

test('an upload fails with the encoder’s message when its jobs keep ending with ERROR', async () => {
  setEncoding('echo "Cannot allocate memory" >&2; exit 1');
  const upload = await waitForEnd(cloud, 'error.mp4', await putSource(cloud, 'error.mp4', movie));
  expect(upload).toMatchObject({ status: 'failed', code: 'encoder_error' });
  expect(upload.message).toMatch(/Cannot allocate memory/);
  expect(await jobsOf(upload.revisionId)).toHaveLength(3);
});

describe('an encoder that loses the second half of a video', () => {
  const TOO_SHORT = /_48p\.cmfv lasts 1\.5 s instead of 4\.0 s\.$/;
  const losses = join(directory, 'losses');
  // Inserts a limit before the input, at the first attempts.
  const lose = (attempts: number): string => `
    case "$*" in *-filter_complex*-progress*|*-progress*-filter_complex*) echo x >> '${losses}';; esac
    if [ "$(cat '${losses}' 2>/dev/null | wc -l)" -le ${attempts} ]; then
      for argument do shift; [ "$argument" != -i ] || set -- "$@" -t 1.5; set -- "$@" "$argument"; done
    fi
    exec '${getFfmpeg().ffmpegPath}' "$@"`;

  beforeEach(() => rmSync(losses, { force: true }));

  test.each([
    ['every', 3, 3, { status: 'failed', code: 'output_incomplete', message: expect.stringMatching(TOO_SHORT) }],
    ['the first', 1, 2, { status: 'ready', code: null }],
  ])('at %s attempt: the upload ends accordingly', async (name, attempts, jobs, expected) => {
    setProbing();
    const [key, source] = [`${name}.mp4`, ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=4']];
    const body = await makeWithFfmpeg('long.mp4', [...source, '-pix_fmt', 'yuv420p']);
    setEncoding(lose(attempts));
    const upload = await waitForEnd(cloud, key, await putSource(cloud, key, body));
    expect(upload).toMatchObject(expected);
    expect(await jobsOf(upload.revisionId)).toHaveLength(jobs);
  });
});

test('an upload fails when its job is canceled', async () => {
  setEncoding('exec sleep 600');
  const versionId = await putSource(cloud, 'cancel.mp4', movie);
  const { Id } = await waitForJob('PROGRESSING', 'cancel.mp4', versionId);
  await mediaConvert.send(new CancelJobCommand({ Id }));
  expect(await waitForEnd(cloud, 'cancel.mp4', versionId)).toMatchObject({
    status: 'failed',
    code: 'encoder_canceled',
  });
});

test('a newer upload of a key cancels the running job of the older one and becomes ready', async () => {
  const [key, started] = ['twice.mp4', join(directory, 'started')];
  setEncoding(`case "$*" in *-filter_complex*) touch '${started}'; exec sleep 600;; esac; exec '${getFfmpeg().ffmpegPath}' "$@"`);
  const first = await putSource(cloud, key, movie);
  // A job is PROGRESSING before its encoder runs, which would then already encode.
  while (!existsSync(started)) await sleep(50);
  await waitForJob('PROGRESSING', key, first);
  setEncoding();
  const second = await putSource(cloud, key, movie);
  expect(await waitForEnd(cloud, key, first)).toMatchObject({ status: 'superseded', revision: 1 });
  expect((await waitForJob('CANCELED', key, first)).Status).toBe('CANCELED');
  expect(await waitForEnd(cloud, key, second)).toMatchObject({ status: 'ready', revision: 2 });
});

test('an upload becomes ready at the next delivery after its function hangs and times out', async () => {
  const hanging = join(directory, 'hanging');
  setEncoding();
  writeFileSync(hanging, '');
  setProbing(`while [ -e '${hanging}' ]; do sleep 0.1; done`);
  const versionId = await putSource(cloud, 'hangs.mp4', movie);
  while (!readTranscodeLog().includes(`Task timed out after ${TRANSCODE_TIMEOUT_SECONDS}`)) await sleep(50);
  expect(await readUploadState(cloud, 'hangs.mp4', versionId)).toMatchObject({ status: 'uploaded' });
  rmSync(hanging);
  const upload = await waitForEnd(cloud, 'hangs.mp4', versionId);
  expect(upload).toMatchObject({ status: 'ready' });
  expect(await jobsOf(upload.revisionId)).toHaveLength(1);
});

test('a ready upload does not change when SNS and SQS deliver its events again', async () => {
  setEncoding();
  setProbing();
  const key = 'again.mp4';
  const versionId = await putSource(cloud, key, movie);
  const upload = await waitForEnd(cloud, key, versionId);
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
  expect(await readUploadState(cloud, key, versionId)).toEqual(upload);
  expect(await jobsOf(upload.revisionId)).toHaveLength(1);
  sns.destroy();
  sqs.destroy();
});
