import { TooManyInvalidationsInProgress } from '@aws-sdk/client-cloudfront';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { eq } from 'drizzle-orm';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { reopenForRetry } from '../../../catalog/revisions/reopen-for-retry.ts';
import { uploads } from '../../../catalog/schema/index.ts';
import { requestRemoval } from '../../../lambdas/api/request-removal.ts';
import { listObjects } from '../../../lambdas/runtime/list-objects.ts';
import { type RetryResult, retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { clip } from '../../support/clips.ts';
import { type ChainServices, startChainServices } from '../../support/chain/services.ts';
import { ADDED_BY_STEPS, chainSteps, DEAD_LETTERS, OUTPUT } from '../../support/chain/steps.ts';
import { newVideo } from '../../support/catalog/test-videos.ts';
import { findRenditions, findSteps } from '../../support/catalog/revision-rows.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';

let services: ChainServices;
let chain: ReturnType<typeof chainSteps>;
let movie: Buffer;
beforeAll(async () => {
  [services, movie] = await Promise.all([startChainServices(), clip('-t', '0.2')]);
  chain = chainSteps(services);
}, 60_000);
afterAll(() => services.close());

async function revision(revisionId: string) {
  return (await findRevision(services.database, revisionId))!.revision;
}

/** What the uploads queue hands out, each message twice. */
async function deliverRetries(): Promise<void> {
  for (const retry of services.retries.splice(0)) for (let times = 0; times < 2; times += 1) await transcodeUpload(services, retry);
}

function retryOf(revisionId: string): Promise<RetryResult> {
  return retryUpload(services, revisionId);
}

describe('a failed upload', () => {
  test('that is tried again becomes ready, with nothing left of the attempt that failed', async () => {
    const first = await chain.encoding('again.mp4', movie);
    const { revisionId, videoId } = first;
    await chain.putOutput(first.prefix);
    await chain.run('metadata', first.ended('COMPLETE'));
    await chain.tell(first.ended('COMPLETE'), DEAD_LETTERS.thumbnails);
    expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'thumbnails_failed' });

    expect([await retryOf(revisionId), await retryOf(revisionId)]).toEqual(['retried', 'running']);
    expect(await revision(revisionId)).toMatchObject({ status: 'uploaded', code: null, attemptId: null, endedAt: null });
    expect(await findSteps(services.database, revisionId)).toEqual([]);
    expect(await findRenditions(services.database, revisionId)).toEqual([]);

    await deliverRetries();
    const second = await chain.resumed(revisionId);
    expect(second.attemptId).not.toBe(first.attemptId);
    expect(await chain.jobsOf(revisionId)).toHaveLength(2);
    // What comes late of the first attempt is no word of the second.
    await chain.run('thumbnails', first.ended('COMPLETE'));
    await chain.tell(first.ended('COMPLETE'), DEAD_LETTERS.permissions);
    await chain.tell(first.ended('CANCELED'));
    expect(await revision(revisionId)).toMatchObject({ status: 'transcoding' });
    expect(await findSteps(services.database, revisionId)).toEqual([]);

    await chain.finish(second);
    expect(await findPlayable(services.database, videoId)).toMatchObject({
      state: 'ready',
      location: { revision: 1, attemptId: second.attemptId },
    });
    expect(chain.eventsOf(revisionId)).toMatchObject([{ type: 'video.failed' }, { type: 'video.ready' }]);
  });

  test('is tried once for each time that somebody asks, however late the message comes again', async () => {
    const { revisionId, ended } = await chain.encoding('once.mp4', movie);
    await chain.tell(ended('CANCELED'));
    await retryOf(revisionId);
    const [message] = services.retries;
    await deliverRetries();
    await chain.tell((await chain.resumed(revisionId)).ended('CANCELED'));
    await transcodeUpload(services, message!);
    expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'encoder_canceled' });
    expect(await chain.jobsOf(revisionId)).toHaveLength(2);
  });

  test('is tried again although whoever asked died as soon as it had asked', async () => {
    const { revisionId, ended } = await chain.encoding('asked.mp4', movie);
    await chain.tell(ended('CANCELED'));
    const { status, endedAt } = await revision(revisionId);
    expect(status).toBe('failed');
    services.retries.push({ type: 'upload-retry', revisionId, failedAt: endedAt!.toISOString() });
    await deliverRetries();
    expect((await revision(revisionId)).status).toBe('transcoding');
  });

  test('leaves nothing of an attempt whose job ends when another has taken its place', async () => {
    const first = await chain.encoding('stale.mp4', movie);
    await chain.tell(first.ended('CANCELED'));
    await retryOf(first.revisionId);
    await deliverRetries();
    const second = await chain.resumed(first.revisionId);
    await chain.putOutput(first.prefix);
    await chain.putOutput(second.prefix);
    await chain.tell(first.ended('CANCELED'));
    const keys = (await listObjects(services.s3, services.outputBucket, `v/${first.videoId}/`)).map((each) => each.key);
    expect(keys).toHaveLength(Object.keys(OUTPUT).length);
    expect(keys.every((key) => key.startsWith(second.prefix))).toBe(true);
  });

  test('whose file is gone meanwhile is rejected, and one whose message is given up fails again', async () => {
    const gone = await chain.encoding('gone.mp4', movie);
    await chain.tell(gone.ended('CANCELED'));
    const { bucket, object } = gone.event.detail;
    await services.s3.send(
      new DeleteObjectCommand({ Bucket: bucket.name, Key: object.key, VersionId: object['version-id'] }),
    );
    await retryOf(gone.revisionId);
    await deliverRetries();
    await chain.deliver();
    expect(await revision(gone.revisionId)).toMatchObject({ status: 'rejected', code: 'source_missing' });

    const unlucky = await chain.encoding('unlucky.mp4', movie);
    await chain.tell(unlucky.ended('CANCELED'));
    await retryOf(unlucky.revisionId);
    for (const message of services.retries.splice(0)) await chain.tell(message, DEAD_LETTERS.transcode);
    expect(await revision(unlucky.revisionId)).toMatchObject({ status: 'failed', code: 'transcode_failed' });
    expect(chain.eventsOf(unlucky.revisionId)).toHaveLength(2);
  });
});

test('what did not fail, is on its way, was replaced or does not exist is not tried again', async () => {
  const running = await chain.encoding('running.mp4', movie);
  expect(await retryOf(running.revisionId)).toBe('running');
  await chain.finish(running);
  expect(await retryOf(running.revisionId)).toBe('not_failed');
  const text = await services.upload('text.mp4', 'no video at all');
  await transcodeUpload(services, text);
  expect(await retryOf((await chain.revisionOf(text))!.id)).toBe('not_failed');
  expect(await retryOf(NOBODY)).toBe('not_found');

  const replaced = await chain.encoding('replaced.mp4', movie);
  await chain.tell(replaced.ended('CANCELED'));
  const failedAt = (await revision(replaced.revisionId)).endedAt!;
  await chain.encoding('replaced.mp4', movie);
  expect(await retryOf(replaced.revisionId)).toBe('replaced');
  expect(await reopenForRetry(services.database, { revisionId: replaced.revisionId, failedAt })).toBe(false);
  expect(services.retries).toEqual([]);
});

describe('a deleted video', () => {
  const stored = async (videoId: string, key: string): Promise<unknown[]> => {
    const { Versions = [] } = await services.s3.send(
      new ListObjectVersionsCommand({ Bucket: services.sourceBucket, Prefix: key }),
    );
    return [...(await listObjects(services.s3, services.outputBucket, `v/${videoId}/`)), ...Versions];
  };

  test('leaves nothing behind but the record of it, and takes no more events', async () => {
    const key = 'removed.mp4';
    const ready = await chain.encoding(key, movie);
    await chain.finish(ready);
    const encoding = await chain.encoding(key, movie);
    const { videoId } = ready;
    expect(await stored(videoId, key)).toHaveLength(Object.keys(OUTPUT).length + ADDED_BY_STEPS.length + 2);
    await chain.remove(videoId);
    await chain.deliver();
    expect(await stored(videoId, key)).toEqual([]);
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect((await chain.jobsOf(encoding.revisionId)).map(({ Status }) => Status)).toEqual(['CANCELED']);
    expect(() => services.deadlineOf(encoding.attemptId)).toThrow('does not exist');

    // What was under way writes once more, and its messages come late.
    await chain.putOutput(encoding.prefix);
    for (const event of [encoding.event, ready.event]) await transcodeUpload(services, event);
    await chain.run('permissions', encoding.ended('COMPLETE'));
    await chain.tell(encoding.ended('CANCELED'));
    expect(await stored(videoId, key)).toEqual([]);
    expect(await chain.statusOf(encoding.revisionId)).toBe('deleted');
    expect(chain.eventsOf(encoding.revisionId)).toEqual([]);
    expect(await retryOf(encoding.revisionId)).toBe('not_failed');
  });

  test('is looked after once more for what a step may have written after its job had ended', async () => {
    const { videoId, revisionId, prefix } = await chain.encoding('late.mp4', movie);
    services.delayed.splice(0);
    await chain.remove(videoId);
    await chain.deliver();
    await chain.putOutput(prefix);
    expect(services.delayed).toEqual([{ type: 'revision-ended', revisionId }]);
    for (const message of services.delayed.splice(0)) await chain.tell(message);
    expect(await stored(videoId, 'late.mp4')).toEqual([]);
  });

  test('is looked after once more although its removal was broken off, and completion was quicker', async () => {
    const { videoId, revisionId } = await chain.encoding('broken off.mp4', movie);
    services.delayed.splice(0);
    let announcements = 0;
    const sendToCompletion: typeof services.sendToCompletion = async (...message) => {
      announcements += 1;
      if (announcements > 1) throw new Error('killed');
      await services.sendToCompletion(...message);
    };
    const removal = { videoId, lastRevision: 1 };
    await expect(chain.carryOut(removal, { ...services, sendToCompletion })).rejects.toThrow('killed');
    await chain.deliver();
    await chain.carryOut(removal);
    expect(services.delayed).toContainEqual({ type: 'revision-ended', revisionId });
  });

  test('that was uploaded by the API takes what comes late of its file with it', async () => {
    const { key, videoId } = await newVideo(services.database, { bucket: services.sourceBucket });
    await chain.remove(videoId);
    const event = await services.upload(key, movie);
    const another = await services.upload(`${key}.mp4`, movie);
    for (let times = 0; times < 2; times += 1) await transcodeUpload(services, event);
    await chain.deliver();
    expect(await stored(videoId, key)).toMatchObject([{ Key: another.detail.object.key }]);
    expect((await chain.revisionOf(event))?.status).toBe('deleted');
  });

  test('plays again once its key is uploaded anew, and what was uploaded meanwhile is not deleted', async () => {
    const key = 'anew.mp4';
    const old = await chain.encoding(key, movie);
    await chain.finish(old);
    const event = await services.upload(key, movie);
    const removal = await chain.remove(old.videoId);
    const anew = await chain.submitted(event);
    expect(anew).toMatchObject({ videoId: old.videoId, revision: { number: 2 } });
    expect(await findPlayable(services.database, old.videoId)).toEqual({ state: 'not_ready' });
    await chain.finish(anew);
    // Nor is it by the same message, should it come again.
    await chain.carryOut(removal);
    expect(await findPlayable(services.database, old.videoId)).toMatchObject({ state: 'ready', location: { revision: 2 } });
    expect(await stored(old.videoId, key)).toHaveLength(Object.keys(OUTPUT).length + ADDED_BY_STEPS.length + 1);
  });

  test('is removed although whoever deleted it died as soon as it had asked', async () => {
    const { videoId, ...ready } = await chain.encoding('died.mp4', movie);
    await chain.finish(ready);
    await chain.carryOut({ videoId, lastRevision: 1 });
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect(await stored(videoId, 'died.mp4')).toEqual([]);
  });

  test('is found by nobody from the moment on at which somebody deletes it', async () => {
    const { videoId, ...ready } = await chain.encoding('at once.mp4', movie);
    await chain.finish(ready);
    await requestRemoval(services, videoId);
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect(services.removals.splice(0)).toEqual([{ videoId, lastRevision: 1 }]);
  });

  test('leaves the edge later where that has too much to drop, by the same message', async () => {
    const { videoId, ...ready } = await chain.encoding('busy edge.mp4', movie);
    await chain.finish(ready);
    const busy = async () => {
      throw new TooManyInvalidationsInProgress({ message: 'Processing your request exceeds a limit.', $metadata: {} });
    };
    const removal = { videoId, lastRevision: 1 };
    await expect(chain.carryOut(removal, { ...services, invalidate: busy })).rejects.toThrow('exceeds a limit');
    expect([...services.invalidated.values()]).not.toContain(`/v/${videoId}/*`);
    for (let times = 0; times < 2; times += 1) await chain.carryOut(removal);
    expect(services.invalidated.get(`removal of ${videoId}`)).toBe(`/v/${videoId}/*`);
    expect(await stored(videoId, 'busy edge.mp4')).toEqual([]);
  });

  test('takes along all that lies under its own key: what the chain has not heard of, what is hidden, and parts', async () => {
    const { key, videoId, uploadId } = await newVideo(services.database, { bucket: services.sourceBucket });
    const place = { Bucket: services.sourceBucket, Key: key };
    const { UploadId } = await services.s3.send(new CreateMultipartUploadCommand(place));
    await services.database
      .update(uploads)
      .set({ multipartUploadId: UploadId, partSizeBytes: 5_000_000 })
      .where(eq(uploads.id, uploadId));
    for (let times = 0; times < 2; times += 1) await services.upload(key, movie);
    await services.s3.send(new DeleteObjectCommand(place));
    const neighbour = await services.upload(`${key}.mp4`, movie);
    await chain.remove(videoId);
    const { Versions, DeleteMarkers } = await services.s3.send(
      new ListObjectVersionsCommand({ Bucket: services.sourceBucket, Prefix: key }),
    );
    expect([Versions, DeleteMarkers]).toMatchObject([[{ Key: neighbour.detail.object.key }], undefined]);
    const { Uploads } = await services.s3.send(new ListMultipartUploadsCommand({ Bucket: services.sourceBucket }));
    expect(Uploads).toBeUndefined();
  });

  test('that never was is nothing', async () => {
    await requestRemoval(services, NOBODY);
    expect(services.removals).toEqual([]);
    await chain.carryOut({ videoId: NOBODY, lastRevision: 0 });
    expect(services.invalidated.has(`removal of ${NOBODY}`)).toBe(false);
  });
});
