import { GetObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { endWithCode } from '../../../lambdas/chain/end-with-code.ts';
import { indexKey } from '../../../lambdas/contracts/output-layout.ts';
import { sourceIdentitySchema } from '../../../lambdas/contracts/source-identity.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { openIndexFile } from '../../../media/packaging/index/index-file.ts';
import { FAULTS } from '../../support/chain/faults.ts';
import { readPointer } from '../../support/chain/read-pointer.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { makeClip, rotateBy90 } from '../../support/clips.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

/** Sends a file through transcode. @returns its revision */
async function inspect(key: string, file: Buffer) {
  const event = await services.upload(key, file);
  await transcodeUpload(services, event);
  return { event, revision: (await chain.revisionOf(event))! };
}

async function readIndex(videoId: string, revision: number) {
  const object = { Bucket: services.outputBucket, Key: indexKey({ videoId, revision }) };
  const { Body: body } = await services.s3.send(new GetObjectCommand(object));
  return openIndexFile((await body?.transformToByteArray()) ?? new Uint8Array());
}

async function isPublished(videoId: string, revision: number): Promise<boolean> {
  const object = { Bucket: services.outputBucket, Key: indexKey({ videoId, revision }) };
  const { TagSet = [] } = await services.s3.send(new GetObjectTaggingCommand(object));
  return TagSet.some(({ Key }) => Key === 'sluice:published');
}

describe('the index of a source', () => {
  test('names the version of the object, is published, and lets the video play before its encode', async () => {
    const { event, revision } = await inspect('indexed/한글.mp4', movie);
    const { videoId } = revision;
    const index = await readIndex(videoId, 1);
    expect(sourceIdentitySchema.parse(JSON.parse(index.identity))).toEqual({
      bucket: services.sourceBucket,
      key: 'indexed/한글.mp4',
      versionId: event.detail.object['version-id'],
      etag: event.detail.object.etag,
    });
    expect(await isPublished(videoId, 1)).toBe(true);
    expect(revision.justInTime).toMatchObject({ level: 'everywhere', reasons: [], film: { orientation: { rotation: 0, mirrored: false } } });
    expect(revision.justInTime?.film?.mediaTypes).toEqual([expect.stringMatching(/^video\/mp4; codecs="avc1/), 'audio/mp4; codecs="mp4a.40.2"']);
    expect(await findPlayable(services.database, videoId)).toMatchObject({
      state: 'playable', revision: 1, encode: null, hasPermanentAddress: true, pageSource: null, durationMs: 2021,
    });
  });

  test('lets only the page play a file that not every player shows', async () => {
    const { revision } = await inspect('rotated.mp4', rotateBy90(await makeClip('-an')));
    const { videoId } = revision;
    expect(revision.justInTime).toMatchObject({ level: 'page', reasons: [{ code: 'rotated' }] });
    expect(await isPublished(videoId, 1)).toBe(true);
    expect(await findPlayable(services.database, videoId)).toMatchObject({
      state: 'playable', hasPermanentAddress: false, pageSource: { revision: 1, film: { orientation: { rotation: 90 } } },
    });
    await expect(readPointer(services, videoId)).rejects.toThrow('key does not exist');
  });

  test('is not written for a file that nothing plays before its encode, whose reasons are recorded', async () => {
    const { revision } = await inspect('old codec.mp4', await makeClip('-c:v', 'mpeg4'));
    const { videoId } = revision;
    expect(revision.status).toBe('transcoding');
    expect(revision.justInTime).toMatchObject({ level: 'none', reasons: [{ code: 'unsupported_video_codec' }] });
    await expect(readIndex(videoId, 1)).rejects.toThrow('key does not exist');
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_ready' });
  });

  test('is not written for a codec whose name has control characters, which are not stored', async () => {
    const named = Buffer.from(movie);
    // Among the sample descriptions, not the brands of the file.
    named.write('\0\u001b[m', named.lastIndexOf('avc1'), 'latin1');
    const { revision } = await inspect('hostile name.mp4', named);
    expect(revision.justInTime).toMatchObject({ level: 'none', reasons: [{ code: 'unsupported_video_codec', message: expect.stringMatching(/^Video \s*\[m cannot be packaged\.$/) }] });
  });

  test('plays on when the encode fails, and no longer once the file is rejected', async () => {
    const failed = await chain.startEncode('plays on.mp4', movie);
    await endWithCode(services.database, failed.revisionId, 'encoder_error');
    await chain.complete({ type: 'revision-ended', revisionId: failed.revisionId });
    expect(await findPlayable(services.database, failed.videoId)).toMatchObject({ state: 'playable', encode: null });
    expect((await readPointer(services, failed.videoId)).target).toEqual({ kind: 'source', revision: 1 });

    const rejected = await chain.startEncode('plays no longer.mp4', movie);
    await endWithCode(services.database, rejected.revisionId, 'damaged_file');
    await chain.complete({ type: 'revision-ended', revisionId: rejected.revisionId });
    expect(await findPlayable(services.database, rejected.videoId)).toEqual({ state: 'not_ready' });
    expect((await readPointer(services, rejected.videoId)).target).toBeNull();
    await expect(readIndex(rejected.videoId, 1)).rejects.toThrow('key does not exist');
  });

  test('stays while its video is withdrawn, unpublished, and is published again with it', async () => {
    const { videoId } = await chain.startEncode('withdrawn source.mp4', movie);
    await chain.setWithdrawn(videoId, true);
    expect([await isPublished(videoId, 1), (await readPointer(services, videoId)).target]).toEqual([false, null]);
    // A newer upload is not published either.
    await chain.startEncode('withdrawn source.mp4', movie);
    expect(await isPublished(videoId, 2)).toBe(false);
    await chain.setWithdrawn(videoId, false);
    expect(await isPublished(videoId, 2)).toBe(true);
    expect((await readPointer(services, videoId)).target).toEqual({ kind: 'source', revision: 2 });
  });

  test('of a replaced upload plays until the newer one does', async () => {
    const old = await chain.startEncode('replaced source.mp4', movie);
    const newer = await chain.startEncode('replaced source.mp4', await makeClip('-c:v', 'mpeg4'));
    await chain.deliver();
    // The newer file plays only once it is encoded.
    expect((await readPointer(services, old.videoId)).target).toEqual({ kind: 'source', revision: 1 });
    expect(await isPublished(old.videoId, 1)).toBe(true);
    await chain.finish(newer);
    expect((await readPointer(services, old.videoId)).target).toMatchObject({ kind: 'encode', revision: 2 });
    // Players that run finish within the grace.
    expect(await isPublished(old.videoId, 1)).toBe(true);
  });
});

describe.each(FAULTS)('transcode that %s', (fault, sweep) => {
  test('makes the source playable in the end', async () => {
    const event = await services.upload(`indexed, ${fault}.mp4`, movie);
    expect(await sweep(services, (functions) => transcodeUpload(functions, event))).toBeGreaterThan(3);
    const { videoId } = (await chain.revisionOf(event))!;
    expect((await readPointer(services, videoId)).target).toEqual({ kind: 'source', revision: 1 });
    expect((await readIndex(videoId, 1)).tracks).toHaveLength(2);
  });
});
