import { TooManyRequestsException } from '@aws-sdk/client-mediaconvert';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { MAX_STARTS } from '../../../lambdas/chain/max-starts.ts';
import { retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { failedCode, STEPS } from '../../../lambdas/contracts/steps.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { findSteps } from '../../support/catalog/revision-rows.ts';
import type { ChainServices, Functions } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

const THROTTLED = new TooManyRequestsException({ message: 'Too many requests', $metadata: { httpStatusCode: 429 } });

/** Requests after which transcode has registered an upload, and is inspecting it. */
const INSPECTING = 5;
/** Requests after which a step has begun, and is working. */
const WORKING = 1;

/** Runs work that fails each time, for a cause with a message. */
async function failTimes(times: number, work: () => Promise<void>, message: string): Promise<void> {
  for (let failed = 0; failed < times; failed += 1) {
    const error = await work().then(() => undefined, (reason: unknown) => reason);
    expect(messagesOf(error)).toContain(message);
  }
}

/** Returns the messages of an error and of its causes, since the catalog's library wraps those of its connection. */
function messagesOf(error: unknown): string {
  return error instanceof Error ? `${error.message}; ${messagesOf(error.cause)}` : '';
}

/** Returns functions that AWS throttles once the catalog has counted the start, except for what takes the count back. */
function throttledWhile(requests: number): Functions {
  return { ...services.killedAfter(requests, THROTTLED), database: services.database };
}

test('an upload that kills its function five times fails, is published and can be retried', async () => {
  const event = await services.upload('kills transcode.mp4', movie);
  await failTimes(MAX_STARTS, () => transcodeUpload(services.killedAfter(INSPECTING), event), 'killed');
  expect(await chain.revisionOf(event)).toMatchObject({ status: 'uploaded' });
  await transcodeUpload(services, event);
  const { id, status, code } = (await chain.revisionOf(event))!;
  expect({ status, code }).toEqual({ status: 'failed', code: 'transcode_failed' });
  expect(await chain.jobsOf(id)).toEqual([]);
  await chain.deliver();
  expect(chain.eventsOf(id)).toMatchObject([{ type: 'video.failed', code: 'transcode_failed' }]);

  expect(await retryUpload(services, id)).toBe('retried');
  const [retry] = services.retries.splice(0);
  await failTimes(MAX_STARTS - 1, () => transcodeUpload(services.killedAfter(INSPECTING), retry!), 'killed');
  await transcodeUpload(services, retry!);
  expect(await chain.statusOf(id)).toBe('transcoding');
});

test('an upload whose function was killed with its machine, which its queue does not count, is encoded all the same', async () => {
  const event = await services.upload('killed with the machine.mp4', movie);
  await failTimes(2 * MAX_STARTS, () => transcodeUpload({ ...services.killedAfter(INSPECTING), receiveCount: 1 }, event), 'killed');
  await transcodeUpload({ ...services, receiveCount: 1 }, event);
  expect(await chain.statusOf((await chain.revisionOf(event))!.id)).toBe('transcoding');
});

test.each(STEPS)('an encode that kills the step %s five times fails, and is published', async (step) => {
  const { revisionId, prefix, ended } = await chain.startEncode(`kills ${step}.mp4`, movie);
  await chain.putOutput(prefix);
  await failTimes(MAX_STARTS, () => chain.run(step, ended('COMPLETE'), services.killedAfter(WORKING)), 'killed');
  expect(await chain.statusOf(revisionId)).toBe('processing');
  await chain.run(step, ended('COMPLETE'));
  const { revision } = (await findRevision(services.database, revisionId))!;
  expect(revision).toMatchObject({ status: 'failed', code: failedCode(step) });
  expect(await findSteps(services.database, revisionId)).toMatchObject([{ step, status: 'failed' }]);
  await chain.deliver();
  services.delayed.splice(0);
  expect(chain.eventsOf(revisionId)).toMatchObject([{ type: 'video.failed', code: failedCode(step) }]);
});

test('the end of a step is published even if its function is killed just after it', async () => {
  const { revisionId, prefix, ended } = await chain.startEncode('killed at the end.mp4', movie);
  await chain.putOutput(prefix);
  await failTimes(MAX_STARTS, () => chain.run('metadata', ended('COMPLETE'), services.killedAfter(WORKING)), 'killed');
  // Its requests begin the step, send the delayed message, end the revision and mark the step.
  await failTimes(1, () => chain.run('metadata', ended('COMPLETE'), services.killedAfter(4)), 'killed');
  services.sent.splice(0);
  await chain.run('metadata', ended('COMPLETE'));
  expect(services.sent).toEqual([]);
  for (const message of services.delayed.splice(0)) await chain.complete(message);
  expect(chain.eventsOf(revisionId)).toMatchObject([{ type: 'video.failed', code: 'metadata_failed' }]);
});

test('an upload whose requests AWS throttles more than five times is encoded all the same', async () => {
  const event = await services.upload('throttled transcode.mp4', movie);
  await failTimes(2 * MAX_STARTS, () => transcodeUpload(throttledWhile(1), event), 'Too many requests');
  await transcodeUpload(services, event);
  expect(await chain.revisionOf(event)).toMatchObject({ status: 'transcoding', starts: 1 });
});

test('a step whose requests AWS throttles more than five times finishes all the same', async () => {
  const { revisionId, prefix, ended } = await chain.startEncode('throttled step.mp4', movie);
  await chain.putOutput(prefix);
  await failTimes(2 * MAX_STARTS, () => chain.run('permissions', ended('COMPLETE'), throttledWhile(0)), 'Too many requests');
  await chain.run('permissions', ended('COMPLETE'));
  expect(await findSteps(services.database, revisionId)).toMatchObject([{ step: 'permissions', status: 'done', attempts: 1 }]);
});
