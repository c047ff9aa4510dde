import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { requestRemoval } from '../../../lambdas/api/request-removal.ts';
import type { ObjectCreated } from '../../../lambdas/contracts/object-created.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { pointerKey } from '../../../lambdas/contracts/output-layout.ts';
import { listObjects } from '../../../lambdas/runtime/list-objects.ts';
import { readPointer } from '../../support/chain/read-pointer.ts';
import { retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { DEAD_LETTERS, INBOX } from '../../support/chain/steps.ts';
import { FAULTS, killedEverywhere } from '../../support/chain/faults.ts';
import { findSteps } from '../../support/catalog/revision-rows.ts';

type EndedEvent = Awaited<ReturnType<StartedChain['chain']['startEncode']>>['ended'];

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

async function revision(revisionId: string) {
  return (await findRevision(services.database, revisionId))?.revision;
}

/** Expects one active job of the upload, which the catalog has recorded and which has a deadline. */
async function expectOneJob(event: ObjectCreated): Promise<void> {
  await chain.beginJobs(event);
  const { id, status, jobId, attemptId } = (await chain.revisionOf(event))!;
  expect(status).toBe('transcoding');
  const jobs = (await chain.jobsOf(id)).filter(({ Status }) => Status !== 'CANCELED');
  expect(jobs.map(({ Id }) => Id)).toEqual([jobId]);
  expect(services.deadlineOf(attemptId!).message).toMatchObject({ jobId });
}

async function expectEnd(revisionId: string, end: object): Promise<void> {
  expect(await revision(revisionId)).toMatchObject({ ...end, publishedAt: expect.any(Date) });
  expect(chain.eventsOf(revisionId).length).toBeGreaterThan(0);
}

describe.each(FAULTS)('a function that %s', (fault, sweep) => {
  test('submits one valid job with a deadline', async () => {
    const event = await services.upload(`submitted, ${fault}.mp4`, movie);
    expect(await sweep(services, (functions) => transcodeUpload(functions, event))).toBeGreaterThan(2);
    await expectOneJob(event);
  });

  test('rejects a file and publishes the rejection', async () => {
    const event = await services.upload(`rejected, ${fault}.mp4`, 'no video at all');
    expect(await sweep(services, (functions) => transcodeUpload(functions, event))).toBeGreaterThan(1);
    await chain.deliver();
    await expectEnd((await chain.revisionOf(event))!.id, { status: 'rejected', code: 'not_a_video' });
  });

  test('makes a video ready', async () => {
    const { revisionId, prefix, ended } = await chain.startEncode(`ready, ${fault}.mp4`, movie);
    await chain.putOutput(prefix);
    for (const step of STEPS) await sweep(services, (functions) => chain.run(step, ended('COMPLETE'), functions));
    const [message] = services.sent.splice(0).slice(-1);
    expect(await sweep(services, (functions) => chain.complete(message, INBOX, functions))).toBeGreaterThan(2);
    await expectEnd(revisionId, { status: 'ready' });
  });

  test('supersedes an encoding revision with a newer upload', async () => {
    const older = await chain.startEncode(`replaced, ${fault}.mp4`, movie);
    const newer = await services.upload(`replaced, ${fault}.mp4`, movie);
    await sweep(services, (functions) => transcodeUpload(functions, newer));
    const message = services.sent.splice(0).find(({ type }) => type === 'revision-ended');
    await sweep(services, (functions) => chain.complete(message, INBOX, functions));
    await expectEnd(older.revisionId, { status: 'superseded' });
    expect((await chain.jobsOf(older.revisionId)).map(({ Status }) => Status)).toEqual(['CANCELED']);
    await expectOneJob(newer);
  });

  test.each([
    ['ERROR', 'encoder_denied', (ended: EndedEvent) => [ended('ERROR', { errorCode: 1401 }), INBOX]],
    [
      'a dead letter',
      'metadata_failed',
      (ended: EndedEvent) => [ended('COMPLETE'), DEAD_LETTERS.metadata],
    ],
  ] as const)('ends an upload after %s', async (_, code, message) => {
    const { revisionId, ended } = await chain.startEncode(`${code}, ${fault}.mp4`, movie);
    const [body = '', queue] = message(ended);
    await sweep(services, (functions) => chain.complete(body, queue, functions));
    await expectEnd(revisionId, { status: 'failed', code });
    const steps = (await findSteps(services.database, revisionId)).map(({ step, status }) => [step, status]);
    expect(steps).toEqual(code === 'metadata_failed' ? [['metadata', 'failed']] : []);
  });

  test('ends an unregistered upload whose message was dead-lettered', async () => {
    const event = await services.upload(`dead-lettered, ${fault}.mp4`, movie);
    expect(
      await sweep(services, (functions) => chain.complete(event, DEAD_LETTERS.transcode, functions)),
    ).toBeGreaterThan(2);
    await expectEnd((await chain.revisionOf(event))!.id, { status: 'failed', code: 'transcode_failed' });
  });

  test('retries a failed upload', async () => {
    const { revisionId, ended, event } = await chain.startEncode(`retried, ${fault}.mp4`, movie);
    await chain.complete(ended('CANCELED'));
    await sweep(services, async (functions) =>
      expect(await retryUpload(functions, revisionId)).toMatch(/retried|running/),
    );
    for (const retry of services.retries.splice(0))
      await sweep(services, (functions) => transcodeUpload(functions, retry));
    await chain.beginJobs(event);
    const { jobId, status } = (await revision(revisionId))!;
    const jobs = await chain.jobsOf(revisionId);
    expect(jobs.length).toBeGreaterThan(1);
    expect([status, jobId]).toEqual(['transcoding', jobs.at(-1)?.Id]);
    expect(jobs.slice(0, -1).filter(({ Status }) => Status !== 'CANCELED')).toEqual([]);
  });

  test('deletes everything of a video', async () => {
    const key = `deleted, ${fault}.mp4`;
    const ready = await chain.startEncode(key, movie);
    await chain.finish(ready);
    const encoding = await chain.startEncode(key, movie);
    await chain.putOutput(encoding.prefix);
    const { videoId } = ready;
    await sweep(services, (functions) => requestRemoval(functions, videoId));
    const [removal] = services.removals.splice(0);
    expect(await sweep(services, (functions) => chain.handleRemoval(removal!, functions))).toBeGreaterThan(3);
    await chain.deliver();
    expect([...services.invalidated.values()].filter((path) => path === `/v/${videoId}/*`)).toHaveLength(1);
    const kept = `/api/videos/${videoId},/api/videos/${videoId}/playback`;
    expect(services.invalidated.get(`removal-${videoId}-2-kept`)).toBe(kept);
    expect((await revision(ready.revisionId))?.source).toBeNull();
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'not_found' });
    expect((await listObjects(services.s3, services.outputBucket, `v/${videoId}/`)).map(({ key: left }) => left)).toEqual([pointerKey(videoId)]);
    expect(await readPointer(services, videoId)).toMatchObject({ target: null, previous: null });
    const { Versions } = await services.s3.send(
      new ListObjectVersionsCommand({ Bucket: services.sourceBucket, Prefix: key }),
    );
    expect(Versions ?? []).toEqual([]);
    expect((await chain.jobsOf(encoding.revisionId)).map(({ Status }) => Status)).toEqual(['CANCELED']);
  });
});

test('leaves one claimed job with a deadline when transcode is killed at any point and each of its jobs reports progress', async () => {
  const event = await services.upload('early progress.mp4', movie);
  const deaths = await killedEverywhere(services, async (functions) => {
    await chain.beginJobs(event);
    await transcodeUpload(functions, event);
  });
  expect(deaths).toBeGreaterThan(5);
  await expectOneJob(event);
});
