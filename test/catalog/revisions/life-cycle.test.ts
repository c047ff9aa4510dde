import { v7 as uuidv7 } from 'uuid';
import { beginStep } from '../../../catalog/revisions/begin-step.ts';
import { claimAttempt, releaseAttempt } from '../../../catalog/revisions/claim-attempt.ts';
import { supersedeRevision } from '../../../catalog/revisions/end-revision.ts';
import { endWithCode } from '../../../lambdas/chain/end-with-code.ts';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { areStepsDone, failStep, finishStep } from '../../../catalog/revisions/finish-step.ts';
import { makeReady } from '../../../catalog/revisions/make-ready.ts';
import { markEndPublished } from '../../../catalog/revisions/mark-end-published.ts';
import { recordJob } from '../../../catalog/revisions/record-job.ts';
import { recordOutput } from '../../../catalog/revisions/record-output.ts';
import { reopenForRetry } from '../../../catalog/revisions/reopen-for-retry.ts';
import { hasNewerUpload, registerUpload, type UploadedObject } from '../../../catalog/revisions/register-upload.ts';
import { CLAIMED_PRICE } from '../../support/catalog/claimed-price.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { SOURCE_FACTS } from '../../support/catalog/test-videos.ts';
import { findSteps } from '../../support/catalog/revision-rows.ts';

const REQUIRED = ['permissions', 'thumbnails', 'metadata'];

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started), { role: 'chain' });

function upload(key: string, version: number): UploadedObject {
  return {
    bucket: 'source',
    key,
    versionId: `version-${version}`,
    etag: `"${version}"`,
    sequencer: `00${version.toString(16)}A`,
    sizeBytes: 5_000_000_000 + version,
    contentType: 'video/mp4',
  };
}

function newAttemptId(): string {
  return uuidv7().replaceAll('-', '');
}

async function statusOf(revisionId: string) {
  return (await findRevision(catalog.database, revisionId))?.revision.status;
}

/** Registers, claims and submits an upload. */
async function submitUpload(key: string, version = 1) {
  const { database } = catalog;
  const { revision, video } = await registerUpload(database, upload(key, version));
  const job = { revisionId: revision.id, attemptId: newAttemptId(), jobId: `job-${revision.id}` };
  expect(await claimAttempt(database, { ...job, claimant: 'message', source: SOURCE_FACTS, warnings: [], plan: { rungs: [] }, price: CLAIMED_PRICE })).toMatchObject({ result: 'claimed' });
  expect(await recordJob(database, job)).toMatchObject({ status: 'transcoding' });
  return { job, videoId: video.id };
}

/** Makes an upload ready. */
async function makeUploadReady(key: string, version = 1) {
  const { job, videoId } = await submitUpload(key, version);
  for (const step of REQUIRED) {
    await beginStep(catalog.database, job, step);
    await finishStep(catalog.database, { ...job, step }, {});
  }
  expect(await makeReady(catalog.database, job.revisionId, REQUIRED)).toBe(true);
  return { job, videoId };
}

describe('an upload', () => {
  test('becomes one revision, even if registered repeatedly and concurrently', async () => {
    const registrations = await Promise.all(
      Array.from({ length: 8 }, () => registerUpload(catalog.database, upload('same.mp4', 1))),
    );
    expect(new Set(registrations.map(({ revision }) => revision.id)).size).toBe(1);
    const [{ revision, video } = registrations[0]!] = registrations;
    expect(revision).toMatchObject({ number: 1, status: 'uploaded', versionId: 'version-1', sizeBytes: 5_000_000_001 });
    expect(video).toMatchObject({ key: 'same.mp4', title: 'same', currentRevisionId: null });
    expect(Math.abs(revision.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('keeps any key unchanged', async () => {
    const keys = ['/', '//a', "it's 50% + \"more\" & ё.mp4", '한글/영상 🎬.mp4', ':name/$1/;--.mp4', 'a\nb\\n.mp4', '.mp4'];
    for (const key of keys) {
      const { video } = await registerUpload(catalog.database, upload(key, 1));
      expect(video.key).toBe(key);
      expect(video.title).not.toBe('');
    }
  });

  test('gets the next number of its key, and is superseded if older', async () => {
    const versions = [4, 2, 7, 1, 6, 3, 5];
    const registered = await Promise.all(
      versions.map(async (version) => (await registerUpload(catalog.database, upload('race.mp4', version))).revision),
    );
    expect(registered.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const revision of registered) {
      const version = Number(revision.versionId?.slice('version-'.length));
      const cameAfterANewer = registered.some(
        (other) => other.number < revision.number && Number(other.versionId?.slice('version-'.length)) > version,
      );
      expect(revision.status).toBe(cameAfterANewer ? 'superseded' : 'uploaded');
      expect(await hasNewerUpload(catalog.database, revision)).toBe(version !== 7);
    }
  });
});

describe('a claim', () => {
  test('is granted to one of several concurrent claimants', async () => {
    const { revision } = await registerUpload(catalog.database, upload('claim.mp4', 1));
    const claims = await Promise.all(
      Array.from({ length: 6 }, () =>
        claimAttempt(catalog.database, {
          revisionId: revision.id,
          attemptId: newAttemptId(),
          claimant: newAttemptId(),
          source: SOURCE_FACTS, warnings: [],
          plan: {}, price: CLAIMED_PRICE,
        }),
      ),
    );
    expect(claims.map(({ result }) => result).toSorted()).toEqual(['claimed', ...Array.from({ length: 5 }, () => 'not_claimable')]);
  });

  test('can be taken over once released, after which the first job is ignored', async () => {
    const { database } = catalog;
    const { revision } = await registerUpload(database, upload('released.mp4', 1));
    const claim = { revisionId: revision.id, claimant: 'one message', source: SOURCE_FACTS, warnings: [], plan: {}, price: CLAIMED_PRICE };
    const [first, second] = [newAttemptId(), newAttemptId()];
    expect(await claimAttempt(database, { ...claim, attemptId: first })).toMatchObject({ result: 'claimed' });
    expect(await claimAttempt(database, { ...claim, claimant: 'another', attemptId: second })).toMatchObject({ result: 'not_claimable' });
    await releaseAttempt(database, revision.id, first);
    expect(await claimAttempt(database, { ...claim, claimant: 'another', attemptId: second })).toMatchObject({ result: 'claimed' });

    expect(await recordJob(database, { revisionId: revision.id, attemptId: first, jobId: 'one' })).toBeUndefined();
    expect(await recordJob(database, { revisionId: revision.id, attemptId: second, jobId: 'two' })).toBeDefined();
    expect(await recordJob(database, { revisionId: revision.id, attemptId: second, jobId: 'two' })).toBeDefined();
    expect((await findRevision(database, revision.id))?.revision).toMatchObject({
      jobId: 'two',
      status: 'transcoding',
      source: SOURCE_FACTS, warnings: [],
    });
  });
});

test('a redelivered message takes over its own claim, since its previous handler has ended', async () => {
  const { database } = catalog;
  const { revision } = await registerUpload(database, upload('redelivered.mp4', 1));
  const claim = { revisionId: revision.id, claimant: 'one message', source: SOURCE_FACTS, warnings: [], plan: {}, price: CLAIMED_PRICE };
  const [first, second] = [newAttemptId(), newAttemptId()];
  expect(await claimAttempt(database, { ...claim, attemptId: first })).toMatchObject({ result: 'claimed' });
  expect(await claimAttempt(database, { ...claim, attemptId: second })).toMatchObject({ result: 'claimed' });
  expect(await recordJob(database, { revisionId: revision.id, attemptId: first, jobId: 'one' })).toBeUndefined();
});

describe('a step', () => {
  test('records the job that a crash left unrecorded', async () => {
    const { database } = catalog;
    const { revision } = await registerUpload(database, upload('adopted.mp4', 1));
    const job = { revisionId: revision.id, attemptId: newAttemptId(), jobId: 'orphan' };
    await claimAttempt(database, { ...job, claimant: 'message', source: SOURCE_FACTS, warnings: [], plan: {}, price: CLAIMED_PRICE });
    expect(await beginStep(database, job, 'metadata')).toMatchObject({
      state: 'started',
      revision: { status: 'processing', jobId: 'orphan' },
    });
  });

  test('ignores events of an unclaimed attempt and of an ended revision', async () => {
    const { job } = await submitUpload('stranger.mp4');
    const stranger = { ...job, attemptId: newAttemptId() };
    expect(await beginStep(catalog.database, stranger, 'metadata')).toEqual({ state: 'ignored' });
    expect(await statusOf(job.revisionId)).toBe('transcoding');
    await endWithCode(catalog.database, job.revisionId, 'encoder_canceled');
    expect(await beginStep(catalog.database, job, 'metadata')).toEqual({ state: 'ignored' });
    expect(await statusOf(job.revisionId)).toBe('failed');
  });

  test('reports that it is done when its event is redelivered, and counts its starts', async () => {
    const { database } = catalog;
    const { job } = await submitUpload('again.mp4');
    await beginStep(database, job, 'metadata');
    expect((await beginStep(database, job, 'metadata')).state).toBe('started');
    await finishStep(database, { ...job, step: 'metadata' }, { renditions: 3 });
    expect((await beginStep(database, job, 'metadata')).state).toBe('done');
    await endWithCode(database, job.revisionId, 'metadata_failed');
    await failStep(database, { ...job, step: 'metadata' }, 'metadata_failed');
    const [step] = await findSteps(database, job.revisionId);
    expect(step).toMatchObject({ step: 'metadata', status: 'done', attempts: 2, detail: { renditions: 3 } });
  });

  test('that is not required may run after the revision is ready, and neither ends nor reopens it', async () => {
    const { database } = catalog;
    const { job } = await makeUploadReady('not-required.mp4');
    expect(await beginStep(database, job, 'checksum')).toEqual({ state: 'done' });
    expect((await beginStep(database, job, 'checksum', { whenReady: true })).state).toBe('started');
    await failStep(database, { ...job, step: 'checksum' });
    expect(await findSteps(database, job.revisionId)).toContainEqual(
      expect.objectContaining({ step: 'checksum', status: 'failed' }),
    );
    expect((await beginStep(database, job, 'checksum', { whenReady: true })).state).toBe('started');
    await finishStep(database, { ...job, step: 'checksum' }, {});
    expect((await beginStep(database, job, 'checksum', { whenReady: true })).state).toBe('done');
    expect(await statusOf(job.revisionId)).toBe('ready');
  });
});

describe('a retried revision', () => {
  test('starts over, unaffected by late results of its first attempt', async () => {
    const { database } = catalog;
    const { job: first, videoId } = await submitUpload('tried-again.mp4');
    const { revisionId } = first;
    await beginStep(database, first, 'metadata');
    await endWithCode(database, revisionId, 'thumbnails_failed');
    const failedAt = (await findRevision(database, revisionId))?.revision.endedAt ?? new Date(0);
    expect(await reopenForRetry(database, { revisionId, failedAt: new Date(failedAt.getTime() - 1) })).toBe(false);
    expect(await reopenForRetry(database, { revisionId, failedAt })).toBe(true);
    expect(await reopenForRetry(database, { revisionId, failedAt })).toBe(false);
    expect(await findSteps(database, revisionId)).toEqual([]);

    const second = { revisionId, attemptId: newAttemptId(), jobId: 'second' };
    await claimAttempt(database, { ...second, claimant: 'message', source: SOURCE_FACTS, warnings: [], plan: {}, price: CLAIMED_PRICE });
    await recordJob(database, second);
    await beginStep(database, second, 'metadata');
    await finishStep(database, { ...first, step: 'metadata' }, { late: true });
    await recordOutput(database, first, { durationMs: 99, priceUsd: '9', renditions: [] });
    await failStep(database, { ...first, step: 'metadata' }, 'thumbnails_failed');
    expect(await findSteps(database, revisionId)).toMatchObject([
      { step: 'metadata', status: 'running', detail: null },
    ]);
    expect((await findRevision(database, revisionId))?.revision).toMatchObject({
      status: 'processing',
      durationMs: null,
    });
    expect(await findPlayable(database, videoId)).toEqual({ state: 'not_ready' });
  });
});

describe('ready', () => {
  test('is reached once, when the last step is done, in any order and among concurrent callers', async () => {
    const { database } = catalog;
    const { job, videoId } = await submitUpload('order.mp4');
    for (const step of REQUIRED) await beginStep(database, job, step);
    for (const step of ['metadata', 'permissions']) {
      await finishStep(database, { ...job, step }, {});
      expect(await makeReady(database, job.revisionId, REQUIRED)).toBe(false);
    }
    expect(await findPlayable(database, videoId)).toEqual({ state: 'not_ready' });
    await finishStep(database, { ...job, step: 'thumbnails' }, {});
    expect(await areStepsDone(database, job.revisionId, REQUIRED)).toBe(true);
    const made = await Promise.all(Array.from({ length: 5 }, () => makeReady(database, job.revisionId, REQUIRED)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect((await beginStep(database, job, 'metadata')).state).toBe('done');
  });

  test('makes the newest revision current and supersedes the previous one', async () => {
    const { database } = catalog;
    const first = await makeUploadReady('replace.mp4', 1);
    expect(await findPlayable(database, first.videoId)).toMatchObject({ encode: { revision: 1 } });
    const second = await makeUploadReady('replace.mp4', 2);
    expect(second.videoId).toBe(first.videoId);
    expect(await statusOf(first.job.revisionId)).toBe('superseded');
    expect(await findPlayable(database, first.videoId)).toMatchObject({
      state: 'playable',
      videoId: first.videoId,
      encode: { revision: 2, attemptId: second.job.attemptId },
    });
  });

  test('is denied to an older revision once a newer upload is known', async () => {
    const { database } = catalog;
    const older = await submitUpload('late.mp4', 1);
    for (const step of REQUIRED) {
      await beginStep(database, older.job, step);
      await finishStep(database, { ...older.job, step }, {});
    }
    const newer = await makeUploadReady('late.mp4', 2);
    expect(await makeReady(database, older.job.revisionId, REQUIRED)).toBe(false);
    expect(await supersedeRevision(database, older.job.revisionId)).toBe(true);
    expect(await findPlayable(database, newer.videoId)).toMatchObject({ encode: { revision: 2 } });
  });

  test('is unaffected by a newer revision that fails', async () => {
    const { database } = catalog;
    const good = await makeUploadReady('spoil.mp4', 1);
    const bad = await submitUpload('spoil.mp4', 2);
    expect(await endWithCode(database, bad.job.revisionId, 'damaged_file')).toBe(true);
    expect(await findPlayable(database, good.videoId)).toMatchObject({ state: 'playable', encode: { revision: 1 } });
    expect(await statusOf(good.job.revisionId)).toBe('ready');
  });

  test('includes the measured output', async () => {
    const { database } = catalog;
    const { job, videoId } = await makeUploadReady('produced.mp4');
    const rendition = {
      name: 'index_720p.cmfv',
      kind: 'video' as const,
      codecs: 'avc1.64001f',
      width: 1280,
      height: 720,
      frameRate: 29.97,
      language: null,
      channels: null,
      durationMs: 12_345,
      sizeBytes: 6_000_000_000,
      averageBps: 3_000_000,
      peakBps: 4_100_000,
    };
    for (const durationMs of [1, 12_345]) {
      await recordOutput(database, job, { durationMs, priceUsd: '0.015000', renditions: [rendition] });
    }
    expect(await findPlayable(database, videoId)).toMatchObject({ durationMs: 12_345 });
    expect((await findRevision(database, job.revisionId))?.revision.priceUsd).toBe('0.015000');
  });
});

describe('an end', () => {
  test('is never overwritten', async () => {
    const { database } = catalog;
    const { job } = await submitUpload('ended.mp4');
    expect(await endWithCode(database, job.revisionId, 'encoder_error', { attemptId: newAttemptId() })).toBe(false);
    expect(await endWithCode(database, job.revisionId, 'encoder_error', { attemptId: job.attemptId })).toBe(true);
    expect(await endWithCode(database, job.revisionId, 'damaged_file')).toBe(false);
    expect(await supersedeRevision(database, job.revisionId)).toBe(false);
    expect(await makeReady(database, job.revisionId, REQUIRED)).toBe(false);
    expect((await findRevision(database, job.revisionId))?.revision).toMatchObject({
      status: 'failed',
      code: 'encoder_error',
    });
  });

  test('counts as unpublished until its publication is recorded', async () => {
    const { database } = catalog;
    const { job } = await submitUpload('published.mp4');
    await endWithCode(database, job.revisionId, 'encoder_error');
    const publishedAt = async () => (await findRevision(database, job.revisionId))?.revision.publishedAt;
    expect(await publishedAt()).toBeNull();
    await markEndPublished(database, job.revisionId);
    const first = await publishedAt();
    expect(first).toEqual(expect.any(Date));
    await markEndPublished(database, job.revisionId);
    expect(await publishedAt()).toEqual(first);
  });
});

test('an unknown video is not found', async () => {
  expect(await findPlayable(catalog.database, uuidv7())).toEqual({ state: 'not_found' });
});
