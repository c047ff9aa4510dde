import { eq } from 'drizzle-orm';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { revisions } from '../../../catalog/schema/index.ts';
import { MAX_ATTEMPTS } from '../../../lambdas/completion/fail-attempt.ts';
import { retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import type { Ladder } from '../../../media/ladder/plan-ladder.ts';
import { makeClip } from '../../support/clips.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { INBOX } from '../../support/chain/steps.ts';
import { FAULTS } from '../../support/chain/faults.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

const UNKNOWN_ERROR = { errorCode: 1999, errorMessage: 'Out of paper' };

async function revisionOf(revisionId: string) {
  return (await findRevision(services.database, revisionId))!.revision;
}

/** Fails the current attempt of a revision and delivers the message that starts the next one. */
async function failAndContinue(revisionId: string): Promise<void> {
  const { attemptId, ended } = await chain.findEncode(revisionId);
  await chain.complete(ended('ERROR', UNKNOWN_ERROR));
  await transcodeUpload(services, services.nextAttemptOf(attemptId).message);
}

test('encodes an upload again after a recoverable error, and makes it ready', async () => {
  const first = await chain.startEncode('second time lucky.mp4', movie);
  await chain.putOutput(first.prefix);
  const before = Date.now();
  await chain.complete(first.ended('ERROR', UNKNOWN_ERROR));
  expect(await revisionOf(first.revisionId)).toMatchObject({
    status: 'uploaded',
    attemptId: null,
    failedAttempts: [{ attemptId: first.attemptId, code: 'encoder_error', message: expect.stringContaining('Out of paper') }],
  });
  const { at, message } = services.nextAttemptOf(first.attemptId);
  expect(at.getTime()).toBeGreaterThanOrEqual(before + 59_000);
  expect(chain.eventsOf(first.revisionId)).toEqual([]);

  await transcodeUpload(services, message);
  const second = await chain.findEncode(first.revisionId);
  expect(second.attemptId).not.toBe(first.attemptId);
  await chain.finish(second);
  expect(chain.eventsOf(first.revisionId)).toEqual([expect.objectContaining({ type: 'video.ready' })]);
});

test(`ends an upload with the code after ${MAX_ATTEMPTS} attempts with growing pauses`, async () => {
  const { revisionId } = await chain.startEncode('never lucky.mp4', movie);
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) await failAndContinue(revisionId);
  const { ended } = await chain.findEncode(revisionId);
  await chain.complete(ended('ERROR', UNKNOWN_ERROR));
  const { status, code, failedAttempts } = await revisionOf(revisionId);
  expect([status, code]).toEqual(['failed', 'encoder_error']);
  const pauses = failedAttempts.map(({ failedAt, nextAt }) => (Date.parse(nextAt) - Date.parse(failedAt)) / 1000);
  expect(pauses).toEqual([60, 300]);
  expect(chain.eventsOf(revisionId)).toEqual([expect.objectContaining({ type: 'video.failed', code: 'encoder_error' })]);
});

test('gives a retry by a user the full number of attempts', async () => {
  const { revisionId } = await chain.startEncode('try again.mp4', movie);
  await failAndContinue(revisionId);
  await chain.complete((await chain.findEncode(revisionId)).ended('CANCELED'));
  expect(await retryUpload(services, revisionId)).toBe('retried');
  expect((await revisionOf(revisionId)).failedAttempts).toEqual([]);
});

describe('a job that fails because of sound', () => {
  const NAMED = { errorCode: 1021, errorMessage: 'No audio frames decoded on [selector-(Audio Selector 1)-track-1-drc]' };
  const UNNAMED = { errorCode: 1092, errorMessage: 'Decoder: [Dolby decoder error]' };

  const failWith = async (revisionId: string, error: typeof NAMED): Promise<void> => {
    const { attemptId, ended } = await chain.findEncode(revisionId);
    await chain.complete(ended('ERROR', error));
    await transcodeUpload(services, services.nextAttemptOf(attemptId).message);
  };

  const planOf = async (revisionId: string) => {
    const { plan, warnings } = await revisionOf(revisionId);
    return { tracks: (plan as Ladder).audio.map(({ track }) => track), warnings };
  };

  test.each([['that is named', NAMED], ['that is not named', UNNAMED]])('is retried at once without the only sound track, %s, with a warning', async (name, error) => {
    const { revisionId, attemptId, ended } = await chain.startEncode(`silent, ${name}.mp4`, movie);
    expect(await planOf(revisionId)).toEqual({ tracks: [1], warnings: [] });
    const before = Date.now();
    await chain.complete(ended('ERROR', error));
    const { at, message } = services.nextAttemptOf(attemptId);
    expect(at.getTime() - before).toBeLessThanOrEqual(6000);
    expect(await revisionOf(revisionId)).toMatchObject({ status: 'uploaded', failedAttempts: [{ code: 'sound_track_skipped' }] });

    await transcodeUpload(services, message);
    expect(await planOf(revisionId)).toEqual({ tracks: [], warnings: [{ code: 'sound_track_skipped', track: 1 }] });
    const second = await chain.findEncode(revisionId);
    await chain.putOutput(second.prefix);
    await chain.finish(second);
    expect(chain.eventsOf(revisionId)).toEqual([
      expect.objectContaining({ type: 'video.ready', warnings: [{ code: 'sound_track_skipped', track: 1 }] }),
    ]);
  });

  test('keeps the tracks that can be decoded', async () => {
    const three = await makeClip('-t', '0.4', '-map', '0', '-map', '1', '-map', '1', '-map', '1');
    const { revisionId } = await chain.startEncode('three.mp4', three);
    await failWith(revisionId, UNNAMED);
    expect((await planOf(revisionId)).tracks).toEqual([1, 2]);
    await failWith(revisionId, { ...NAMED, errorMessage: NAMED.errorMessage.replaceAll('1', '2') });
    expect(await planOf(revisionId)).toEqual({ tracks: [1, 3], warnings: [{ code: 'sound_track_skipped', track: 2 }] });
  });

  test('does not use up attempts for other errors', async () => {
    const { revisionId } = await chain.startEncode('silent and unlucky.mp4', movie);
    await failWith(revisionId, UNNAMED);
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) await failAndContinue(revisionId);
    expect(await planOf(revisionId)).toMatchObject({ tracks: [] });
    await chain.complete((await chain.findEncode(revisionId)).ended('ERROR', UNKNOWN_ERROR));
    expect(await revisionOf(revisionId)).toMatchObject({ status: 'failed', code: 'encoder_error' });
  });

  test('ends as damaged if there is no sound to leave out', async () => {
    const { revisionId } = await chain.startEncode('no sound.mp4', await makeClip('-t', '0.4', '-an'));
    await chain.complete((await chain.findEncode(revisionId)).ended('ERROR', UNNAMED));
    expect(await revisionOf(revisionId)).toMatchObject({ status: 'rejected', code: 'damaged_file' });
  });
});

test.each(FAULTS)('neither loses nor doubles the next attempt when a function %s', async (fault, sweep) => {
  const first = await chain.startEncode(`unlucky, ${fault}.mp4`, movie);
  const failure = first.ended('ERROR', UNKNOWN_ERROR);
  await sweep(services, (functions) => chain.complete(failure, INBOX, functions));
  const { message } = services.nextAttemptOf(first.attemptId);
  await sweep(services, (functions) => transcodeUpload(functions, message));
  await chain.beginJobs(first.event);
  const { status, failedAttempts } = await revisionOf(first.revisionId);
  expect([status, failedAttempts.length]).toEqual(['transcoding', 1]);
});

test('starts the next attempt although the failure was not recorded before its schedule fired', async () => {
  const { revisionId, attemptId, ended } = await chain.startEncode('early.mp4', movie);
  await chain.complete(ended('ERROR', UNKNOWN_ERROR));
  const { message } = services.nextAttemptOf(attemptId);
  // As if the function had been killed after it set the schedule.
  await services.database
    .update(revisions)
    .set({ status: 'transcoding', attemptId, failedAttempts: [] })
    .where(eq(revisions.id, revisionId));
  await transcodeUpload(services, message);
  expect(await revisionOf(revisionId)).toMatchObject({ status: 'transcoding', failedAttempts: [{ attemptId }] });
});

test('leaves an upload that was replaced or deleted during the pause as it is', async () => {
  const replaced = await chain.startEncode('replaced in the pause.mp4', movie);
  await chain.complete(replaced.ended('ERROR', UNKNOWN_ERROR));
  await transcodeUpload(services, await services.upload('replaced in the pause.mp4', movie));
  await transcodeUpload(services, services.nextAttemptOf(replaced.attemptId).message);
  expect(await chain.statusOf(replaced.revisionId)).toBe('superseded');

  const deleted = await chain.startEncode('deleted in the pause.mp4', movie);
  await chain.complete(deleted.ended('ERROR', UNKNOWN_ERROR));
  await chain.remove(deleted.videoId);
  await transcodeUpload(services, services.nextAttemptOf(deleted.attemptId).message);
  expect(await chain.statusOf(deleted.revisionId)).toBe('deleted');
});
