import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { reopenForRetry } from '../../../catalog/revisions/reopen-for-retry.ts';
import { listObjects } from '../../../lambdas/runtime/list-objects.ts';
import { type RetryResult, retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { DEAD_LETTERS, OUTPUT } from '../../support/chain/steps.ts';
import { findRenditions, findSteps } from '../../support/catalog/revision-rows.ts';

const UNKNOWN_ID = '01890000-0000-7000-8000-000000000000';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

async function revision(revisionId: string) {
  return (await findRevision(services.database, revisionId))!.revision;
}

/** Delivers each message of the uploads queue twice. */
async function deliverRetries(): Promise<void> {
  for (const retry of services.retries.splice(0))
    for (let times = 0; times < 2; times += 1) await transcodeUpload(services, retry);
}

function retryOf(revisionId: string): Promise<RetryResult> {
  return retryUpload(services, revisionId);
}

describe('a failed upload', () => {
  test('becomes ready when it is retried, without traces of the failed attempt', async () => {
    const first = await chain.startEncode('again.mp4', movie);
    const { revisionId, videoId } = first;
    await chain.putOutput(first.prefix);
    await chain.run('metadata', first.ended('COMPLETE'));
    await chain.complete(first.ended('COMPLETE'), DEAD_LETTERS.thumbnails);
    expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'thumbnails_failed' });

    expect([await retryOf(revisionId), await retryOf(revisionId)]).toEqual(['retried', 'running']);
    expect(await revision(revisionId)).toMatchObject({
      status: 'uploaded',
      code: null,
      attemptId: null,
      endedAt: null,
    });
    expect(await findSteps(services.database, revisionId)).toEqual([]);
    expect(await findRenditions(services.database, revisionId)).toEqual([]);

    await deliverRetries();
    const second = await chain.findEncode(revisionId);
    expect(second.attemptId).not.toBe(first.attemptId);
    expect(await chain.jobsOf(revisionId)).toHaveLength(2);
    // Late messages of the first attempt do not affect the second.
    await chain.run('thumbnails', first.ended('COMPLETE'));
    await chain.complete(first.ended('COMPLETE'), DEAD_LETTERS.permissions);
    await chain.complete(first.ended('CANCELED'));
    expect(await revision(revisionId)).toMatchObject({ status: 'transcoding' });
    expect(await findSteps(services.database, revisionId)).toEqual([]);

    await chain.finish(second);
    expect(await findPlayable(services.database, videoId)).toMatchObject({
      state: 'playable',
      encode: { revision: 1, attemptId: second.attemptId },
    });
    expect(chain.eventsOf(revisionId)).toMatchObject([{ type: 'video.failed' }, { type: 'video.ready' }]);
  });

  test('is retried once per request, however late the message is redelivered', async () => {
    const { revisionId, ended } = await chain.startEncode('once.mp4', movie);
    await chain.complete(ended('CANCELED'));
    await retryOf(revisionId);
    const [message] = services.retries;
    await deliverRetries();
    await chain.complete((await chain.findEncode(revisionId)).ended('CANCELED'));
    await transcodeUpload(services, message!);
    expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'encoder_canceled' });
    expect(await chain.jobsOf(revisionId)).toHaveLength(2);
  });

  test('is retried even if the caller crashes right after sending the message', async () => {
    const { revisionId, ended } = await chain.startEncode('requested.mp4', movie);
    await chain.complete(ended('CANCELED'));
    const { status, endedAt } = await revision(revisionId);
    expect(status).toBe('failed');
    services.retries.push({ type: 'upload-retry', revisionId, failedAt: endedAt!.toISOString() });
    await deliverRetries();
    expect((await revision(revisionId)).status).toBe('transcoding');
  });

  test('keeps no output of a job that ends after its attempt was replaced', async () => {
    const first = await chain.startEncode('stale.mp4', movie);
    await chain.complete(first.ended('CANCELED'));
    await retryOf(first.revisionId);
    await deliverRetries();
    const second = await chain.findEncode(first.revisionId);
    await chain.putOutput(first.prefix);
    await chain.putOutput(second.prefix);
    await chain.complete(first.ended('CANCELED'));
    const stored = (await listObjects(services.s3, services.outputBucket, `v/${first.videoId}/`)).map((each) => each.key);
    const keys = stored.filter((key) => !key.includes('/mp4hls/'));
    expect(keys).toHaveLength(Object.keys(OUTPUT).length);
    expect(keys.every((key) => key.startsWith(second.prefix))).toBe(true);
  });

  test('is rejected if its file was deleted, and fails again if its message is dead-lettered', async () => {
    const gone = await chain.startEncode('gone.mp4', movie);
    await chain.complete(gone.ended('CANCELED'));
    const { bucket, object } = gone.event.detail;
    await services.s3.send(
      new DeleteObjectCommand({ Bucket: bucket.name, Key: object.key, VersionId: object['version-id'] }),
    );
    await retryOf(gone.revisionId);
    await deliverRetries();
    await chain.deliver();
    expect(await revision(gone.revisionId)).toMatchObject({ status: 'rejected', code: 'source_missing' });

    const unlucky = await chain.startEncode('unlucky.mp4', movie);
    await chain.complete(unlucky.ended('CANCELED'));
    await retryOf(unlucky.revisionId);
    for (const message of services.retries.splice(0)) await chain.complete(message, DEAD_LETTERS.transcode);
    expect(await revision(unlucky.revisionId)).toMatchObject({ status: 'failed', code: 'transcode_failed' });
    expect(chain.eventsOf(unlucky.revisionId)).toHaveLength(2);
  });
});

test('does not retry an upload that did not fail, is in progress, was replaced or does not exist', async () => {
  const running = await chain.startEncode('running.mp4', movie);
  expect(await retryOf(running.revisionId)).toBe('running');
  await chain.finish(running);
  expect(await retryOf(running.revisionId)).toBe('not_failed');
  const text = await services.upload('text.mp4', 'no video at all');
  await transcodeUpload(services, text);
  expect(await retryOf((await chain.revisionOf(text))!.id)).toBe('not_failed');
  expect(await retryOf(UNKNOWN_ID)).toBe('not_found');

  const replaced = await chain.startEncode('replaced.mp4', movie);
  await chain.complete(replaced.ended('CANCELED'));
  const failedAt = (await revision(replaced.revisionId)).endedAt!;
  await chain.startEncode('replaced.mp4', movie);
  expect(await retryOf(replaced.revisionId)).toBe('replaced');
  expect(await reopenForRetry(services.database, { revisionId: replaced.revisionId, failedAt })).toBe(false);
  expect(services.retries).toEqual([]);
});
