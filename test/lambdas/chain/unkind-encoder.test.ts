import {
  CreateJobCommand,
  GetJobCommand,
  ProbeCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-mediaconvert';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { isPassingError } from '../../../lambdas/runtime/is-passing-error.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { INBOX, OUTPUT } from '../../support/chain/steps.ts';
import type { ChainServices, Functions } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

/** Functions whose encoder responds 429 to a command, as it does to the SDK's last attempt. */
function throttling(command: unknown): Functions {
  const mediaConvert: Functions['mediaConvert'] = Object.create(services.mediaConvert);
  mediaConvert.send = async (sent: never) => {
    if (Object(sent).constructor === command)
      throw new TooManyRequestsException({ message: 'Too Many Requests', $metadata: { httpStatusCode: 429 } });
    return services.mediaConvert.send(sent);
  };
  return { ...services, mediaConvert };
}

async function outcomeOf(work: Promise<unknown>): Promise<'done' | 'passing' | 'failed'> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return isPassingError(error) ? 'passing' : 'failed';
  }
}

test.each([
  ['Probe', ProbeCommand],
  ['CreateJob', CreateJobCommand],
])('an upload gets one job at the next delivery after %s was throttled', async (name, command) => {
  const event = await services.upload(`throttled ${name}.mp4`, movie);
  expect(await outcomeOf(transcodeUpload(throttling(command), event))).toBe('passing');
  expect((await chain.revisionOf(event))?.status).toBe('uploaded');
  await transcodeUpload(services, event);
  const { id, status } = (await chain.revisionOf(event))!;
  expect({ status, jobs: (await chain.jobsOf(id)).length }).toEqual({ status: 'transcoding', jobs: 1 });
});

test('a check of a job is repeated after GetJob was throttled, and the revision goes on', async () => {
  const { revisionId, attemptId } = await chain.startEncode('throttled check.mp4', movie);
  const { message } = services.deadlineOf(attemptId);
  expect(await outcomeOf(chain.complete(message, INBOX, throttling(GetJobCommand)))).toBe('passing');
  expect(() => services.deadlineOf(attemptId, 2)).toThrow('does not exist');
  await chain.complete(message);
  expect(services.deadlineOf(attemptId, 2).message).toEqual({ ...message, look: 2 });
  expect(await chain.statusOf(revisionId)).toBe('transcoding');
});

test('makes a video ready once, and cancels nothing, although events arrive late, twice or not at all', async () => {
  const encode = await chain.startEncode('disorder.mp4', movie);
  await chain.putOutput(encode.prefix);
  // PROGRESSING is missing; every step receives the end twice.
  for (const step of [...STEPS, ...STEPS.toReversed()]) await chain.run(step, encode.ended('COMPLETE'));
  await chain.deliver();
  await chain.complete(encode.ended('STATUS_UPDATE', { jobProgress: { jobPercentComplete: 40 } }));
  await chain.complete(encode.ended('PROGRESSING'));
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
  expect(chain.eventsOf(encode.revisionId)).toHaveLength(1);
  const { Job: job } = await services.mediaConvert.send(new GetJobCommand({ Id: encode.revision.jobId! }));
  expect(job?.Status).toBe('SUBMITTED');
});

test('a poster is chosen from captures that are numbered from 1', async () => {
  const encode = await chain.startEncode('from one.mp4', movie);
  const names = Object.keys(OUTPUT).filter((name) => name !== 'frames/frame.0000000.jpg');
  await chain.putOutput(encode.prefix, names);
  for (const step of STEPS) await chain.run(step, encode.ended('COMPLETE'));
  await chain.deliver();
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
});
