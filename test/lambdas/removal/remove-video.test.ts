import { ConflictException } from '@aws-sdk/client-mediaconvert';
import { TooManyInvalidationsInProgress } from '@aws-sdk/client-cloudfront';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { eq } from 'drizzle-orm';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { uploads } from '../../../catalog/schema/index.ts';
import { requestRemoval } from '../../../lambdas/api/request-removal.ts';
import { pointerKey } from '../../../lambdas/contracts/output-layout.ts';
import { listObjects } from '../../../lambdas/runtime/list-objects.ts';
import { type RetryResult, retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { readPointer } from '../../support/chain/read-pointer.ts';
import { ADDED_BY_STEPS, OUTPUT } from '../../support/chain/steps.ts';
import { newVideo } from '../../support/catalog/test-videos.ts';

const UNKNOWN_ID = '01890000-0000-7000-8000-000000000000';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

function retryOf(revisionId: string): Promise<RetryResult> {
  return retryUpload(services, revisionId);
}

describe('a deleted video', () => {
  const stored = async (videoId: string, key: string): Promise<unknown[]> => {
    const { Versions = [] } = await services.s3.send(
      new ListObjectVersionsCommand({ Bucket: services.sourceBucket, Prefix: key }),
    );
    const objects = await listObjects(services.s3, services.outputBucket, `v/${videoId}/`);
    // A pointer that says that nothing plays stays, so that no reader takes its absence for a loss.
    return [...objects.filter(({ key: name }) => name !== pointerKey(videoId)), ...Versions];
  };

  test('leaves only its tombstone and ignores further events', async () => {
    const key = 'removed.mp4';
    const ready = await chain.startEncode(key, movie);
    await chain.finish(ready);
    const encoding = await chain.startEncode(key, movie);
    const { videoId } = ready;
    expect(await stored(videoId, key)).toHaveLength(Object.keys(OUTPUT).length + ADDED_BY_STEPS.length + 4);
    await chain.remove(videoId);
    await chain.deliver();
    expect(await stored(videoId, key)).toEqual([]);
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect((await readPointer(services, videoId)).target).toBeNull();
    expect((await chain.jobsOf(encoding.revisionId)).map(({ Status }) => Status)).toEqual(['CANCELED']);
    expect(() => services.deadlineOf(encoding.attemptId)).toThrow('does not exist');

    // A running job writes again, and its messages arrive late.
    await chain.putOutput(encoding.prefix);
    for (const event of [encoding.event, ready.event]) await transcodeUpload(services, event);
    await chain.run('permissions', encoding.ended('COMPLETE'));
    await chain.complete(encoding.ended('CANCELED'));
    expect(await stored(videoId, key)).toEqual([]);
    expect(await chain.statusOf(encoding.revisionId)).toBe('deleted');
    expect(chain.eventsOf(encoding.revisionId)).toEqual([]);
    expect(await retryOf(encoding.revisionId)).toBe('not_failed');
  });

  test('keeps nothing of a job that completes before it can be canceled', async () => {
    const { videoId, prefix } = await chain.startEncode('writing.mp4', movie);
    const completes = async (): Promise<never> => {
      await chain.putOutput(prefix);
      throw new ConflictException({ $metadata: {}, message: 'The job is complete.' });
    };
    services.mediaConvert.middlewareStack.add(() => completes, { step: 'initialize', name: 'completes' });
    await chain.remove(videoId);
    // Once, unlike `deliver`, whose second delivery would remove it.
    for (const message of services.sent.splice(0)) await chain.complete(message);
    services.mediaConvert.middlewareStack.remove('completes');
    expect(await stored(videoId, 'writing.mp4')).toEqual([]);
  });

  test('is swept again for output that a step writes after its job has ended', async () => {
    const { videoId, revisionId, prefix } = await chain.startEncode('late.mp4', movie);
    services.delayed.splice(0);
    await chain.remove(videoId);
    await chain.deliver();
    await chain.putOutput(prefix);
    expect(services.delayed).toEqual([{ type: 'revision-ended', revisionId }]);
    for (const message of services.delayed.splice(0)) await chain.complete(message);
    expect(await stored(videoId, 'late.mp4')).toEqual([]);
  });

  test('is swept again even if its removal was interrupted and completion ran first', async () => {
    const { videoId, revisionId } = await chain.startEncode('interrupted.mp4', movie);
    services.delayed.splice(0);
    let sends = 0;
    const sendToCompletion: typeof services.sendToCompletion = async (...message) => {
      sends += 1;
      if (sends > 1) throw new Error('killed');
      await services.sendToCompletion(...message);
    };
    const removal = { videoId, lastRevision: 1 };
    await expect(chain.handleRemoval(removal, { ...services, sendToCompletion })).rejects.toThrow('killed');
    await chain.deliver();
    await chain.handleRemoval(removal);
    expect(services.delayed).toContainEqual({ type: 'revision-ended', revisionId });
  });

  test('removes a late object of an upload through the API', async () => {
    const { key, videoId } = await newVideo(services.apiDatabase, { bucket: services.sourceBucket });
    await chain.remove(videoId);
    const event = await services.upload(key, movie);
    const another = await services.upload(`${key}.mp4`, movie);
    for (let times = 0; times < 2; times += 1) await transcodeUpload(services, event);
    await chain.deliver();
    expect(await stored(videoId, key)).toMatchObject([{ Key: another.detail.object.key }]);
    expect((await chain.revisionOf(event))?.status).toBe('deleted');
  });

  test('plays again after a new upload of its key, which the removal does not delete', async () => {
    const key = 'newer.mp4';
    const old = await chain.startEncode(key, movie);
    await chain.finish(old);
    const event = await services.upload(key, movie);
    const removal = await chain.remove(old.videoId);
    const newer = await chain.submitUpload(event);
    expect(newer).toMatchObject({ videoId: old.videoId, revision: { number: 2 } });
    expect(await findPlayable(services.database, old.videoId)).toMatchObject({ revision: 2, encode: null });
    await chain.finish(newer);
    // A redelivery of the same message does not delete it either.
    await chain.handleRemoval(removal);
    expect(await findPlayable(services.database, old.videoId)).toMatchObject({
      state: 'playable',
      encode: { revision: 2 },
    });
    expect(await stored(old.videoId, key)).toHaveLength(Object.keys(OUTPUT).length + ADDED_BY_STEPS.length + 2);
  });

  test('is removed even if the caller crashes right after sending the message', async () => {
    const { videoId, ...ready } = await chain.startEncode('died.mp4', movie);
    await chain.finish(ready);
    await chain.handleRemoval({ videoId, lastRevision: 1 });
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect(await stored(videoId, 'died.mp4')).toEqual([]);
  });

  test('cannot be found as soon as it is deleted', async () => {
    const { videoId, ...ready } = await chain.startEncode('at once.mp4', movie);
    await chain.finish(ready);
    await requestRemoval(services, videoId);
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect(services.removals.splice(0)).toEqual([{ videoId, lastRevision: 1 }]);
  });

  test('is invalidated again once no earlier request can still reach the edge', async () => {
    const { videoId, ...ready } = await chain.startEncode('read meanwhile.mp4', movie);
    await chain.finish(ready);
    services.invalidationRepeats.length = 0;
    await chain.handleRemoval({ videoId, lastRevision: 1 });
    expect(services.invalidationRepeats.splice(0).map(({ message }) => message)).toEqual([
      {
        type: 'invalidation-repeat',
        paths: [`/api/videos/${videoId}`, `/api/videos/${videoId}/playback`],
        reference: `removal-${videoId}-1-kept-repeat`,
      },
      ...['repeat', 'last-repeat'].map((name) => ({ type: 'invalidation-repeat', paths: [`/v/${videoId}/*`], reference: `removal-${videoId}-1-${name}` })),
    ]);
  });

  test('is invalidated at the edge by the redelivered message if too many invalidations are in progress', async () => {
    const { videoId, ...ready } = await chain.startEncode('busy edge.mp4', movie);
    await chain.finish(ready);
    const busy = async () => {
      throw new TooManyInvalidationsInProgress({ message: 'Processing your request exceeds a limit.', $metadata: {} });
    };
    const removal = { videoId, lastRevision: 1 };
    await expect(chain.handleRemoval(removal, { ...services, invalidate: busy })).rejects.toThrow('exceeds a limit');
    expect([...services.invalidated.values()]).not.toContain(`/v/${videoId}/*`);
    await chain.handleRemoval(removal);
    expect([...services.invalidated].filter(([, path]) => path === `/v/${videoId}/*`)).toHaveLength(1);
    expect(await stored(videoId, 'busy edge.mp4')).toEqual([]);
    // Once all is removed, repeating the deletion or its message is free.
    await requestRemoval(services, videoId);
    expect(services.removals).toEqual([]);
    await chain.handleRemoval(removal, { ...services, invalidate: busy });
  });

  test('removes everything under its own key: unregistered and hidden versions, and parts', async () => {
    const { key, videoId, uploadId } = await newVideo(services.apiDatabase, { bucket: services.sourceBucket });
    const place = { Bucket: services.sourceBucket, Key: key };
    const { UploadId } = await services.s3.send(new CreateMultipartUploadCommand(place));
    await services.database
      .update(uploads)
      .set({ multipartUploadId: UploadId, partSizeBytes: 5_000_000 })
      .where(eq(uploads.id, uploadId));
    for (let times = 0; times < 2; times += 1) await services.upload(key, movie);
    await services.s3.send(new DeleteObjectCommand(place));
    const neighbor = await services.upload(`${key}.mp4`, movie);
    await chain.remove(videoId);
    const { Versions, DeleteMarkers } = await services.s3.send(
      new ListObjectVersionsCommand({ Bucket: services.sourceBucket, Prefix: key }),
    );
    expect([Versions, DeleteMarkers]).toMatchObject([[{ Key: neighbor.detail.object.key }], undefined]);
    const { Uploads } = await services.s3.send(new ListMultipartUploadsCommand({ Bucket: services.sourceBucket }));
    expect(Uploads).toBeUndefined();
  });

  test('is ignored if it never existed', async () => {
    await requestRemoval(services, UNKNOWN_ID);
    expect(services.removals).toEqual([]);
    await chain.handleRemoval({ videoId: UNKNOWN_ID, lastRevision: 0 });
    expect([...services.invalidated.values()]).not.toContain(`/v/${UNKNOWN_ID}/*`);
  });
});
