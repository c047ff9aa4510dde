import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { ThrottledError } from '../../../local/lambda/account-concurrency.ts';
import { SqsEventSource } from '../../../local/lambda/sqs-event-source.ts';
import { Queue, type QueueSettings } from '../../../local/sqs/queue.ts';
import { DEAD_LETTERS } from '../../support/chain/steps.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { at, functions, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

let started: StartedChain;
useChain((chain) => {
  started = chain;
});

/** Throttled receives that used to end an upload. */
const THROTTLED_RECEIVES = 5;

/** Returns how often the template lets the uploads queue deliver a message. */
function maxReceiveCount(): number {
  const { pipeline } = synthesizeTemplates();
  const fn = functions(pipeline).get('transcode')?.logicalId;
  const mapping = [...resources(pipeline, 'AWS::Lambda::EventSourceMapping').values()].find(
    ({ Properties }) => at(Properties, 'FunctionName', 'Ref') === fn,
  );
  const queue = resources(pipeline, 'AWS::SQS::Queue').get(String(at(mapping, 'Properties', 'EventSourceArn', 'Fn::GetAtt', 0)));
  return Number(at(queue, 'Properties', 'RedrivePolicy', 'maxReceiveCount'));
}

function settings(name: string, arn: string, redrive?: QueueSettings['redrive']): QueueSettings {
  return {
    name,
    arn,
    visibilityTimeoutSeconds: 360,
    delaySeconds: 0,
    retentionSeconds: 604_800,
    maximumMessageBytes: 1_048_576,
    receiveWaitSeconds: 0,
    ...(redrive && { redrive }),
  };
}

const DONE = { payload: Buffer.from('{}'), durationMs: 0, logTail: '' };

test('an upload whose function is throttled for five receives becomes a video all the same', async () => {
  const { services, chain, movie } = started;
  const directory = await mkdtemp(join(tmpdir(), 'sluice-throttled-'));
  const deadLetters = await Queue.open(join(directory, 'dead'), settings('dead', DEAD_LETTERS.transcode));
  const redrive = { deadLetterQueue: deadLetters, maxReceiveCount: maxReceiveCount() };
  const uploads = await Queue.open(join(directory, 'uploads'), settings('uploads', 'arn:queue:uploads', redrive));
  const fail = (error: unknown): never => {
    throw error;
  };
  let throttles = 0;
  const transcode = new SqsEventSource({
    queue: uploads,
    batchSize: 1,
    windowSeconds: 0,
    concurrency: 2,
    reportsFailures: true,
    onError: fail,
    invoke: async (payload) => {
      const [record] = JSON.parse(payload.toString()).Records;
      if (throttles < THROTTLED_RECEIVES) {
        throttles += 1;
        // The end of the visibility timeout, until which Lambda has tried.
        await uploads.changeVisibility(record.receiptHandle, 0);
        throw new ThrottledError('ConcurrentInvocationLimitExceeded');
      }
      await transcodeUpload(services, JSON.parse(record.body));
      return DONE;
    },
  });
  const completion = new SqsEventSource({
    queue: deadLetters,
    batchSize: 1,
    windowSeconds: 0,
    concurrency: 2,
    reportsFailures: true,
    onError: fail,
    invoke: async (payload) => {
      const [record] = JSON.parse(payload.toString()).Records;
      await chain.complete(record.body, DEAD_LETTERS.transcode);
      return DONE;
    },
  });
  try {
    const event = await services.upload('throttled.mp4', movie);
    await uploads.send({ body: JSON.stringify(event), senderId: 'events.amazonaws.com' });
    for (const source of [transcode, completion]) source.start();
    const revisionOf = async () => (await chain.revisionOf(event)) ?? { status: 'uploaded', code: null };
    let { status, code } = await revisionOf();
    while (status === 'uploaded') ({ status, code } = await revisionOf());
    expect({ status, code, throttles }).toEqual({ status: 'transcoding', code: null, throttles: THROTTLED_RECEIVES });
  } finally {
    for (const source of [transcode, completion]) await source.stop();
    for (const source of [transcode, completion]) await source.waitUntilSettled();
    for (const queue of [uploads, deadLetters]) await queue.close();
    await rm(directory, { recursive: true });
  }
});
