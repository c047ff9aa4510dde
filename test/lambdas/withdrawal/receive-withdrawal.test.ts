import { TooManyInvalidationsInProgress } from '@aws-sdk/client-cloudfront';
import { GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { eq, sql } from 'drizzle-orm';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { revisions } from '../../../catalog/schema/index.ts';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { changePublication, findPublication } from '../../../catalog/videos/publication.ts';
import { endWithCode } from '../../../lambdas/chain/end-with-code.ts';
import { requestPublication } from '../../../lambdas/api/request-publication.ts';
import type { WithdrawalInbox } from '../../../lambdas/contracts/withdrawal-message.ts';
import { listObjects } from '../../../lambdas/runtime/list-objects.ts';
import { makeClip } from '../../support/clips.ts';
import { type ChainServices, type Functions, GRACE_MINUTES } from '../../support/chain/services.ts';
import { readPointer } from '../../support/chain/read-pointer.ts';
import { ADDED_BY_STEPS, OUTPUT } from '../../support/chain/steps.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

const NAMES = [...Object.keys(OUTPUT), ...ADDED_BY_STEPS].toSorted();

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

type Encode = Awaited<ReturnType<StartedChain['chain']['startEncode']>>;

async function readyVideo(key: string): Promise<Encode> {
  const encode = await chain.startEncode(key, movie);
  await chain.finish(encode);
  return encode;
}

/** Returns the names of the objects below a prefix that the edge may read. */
async function servedBelow(prefix: string): Promise<string[]> {
  const served: string[] = [];
  for (const [name, tags] of await tagsBelow(prefix)) {
    // A pointer is published also if it says that nothing plays.
    if (tags.includes('sluice:published=true') && name !== 'mp4hls/pointer') served.push(name);
  }
  return served;
}

async function tagsBelow(prefix: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { key: Key } of await listObjects(services.s3, services.outputBucket, prefix)) {
    const { TagSet = [] } = await services.s3.send(new GetObjectTaggingCommand({ Bucket: services.outputBucket, Key }));
    found.set(
      Key.slice(prefix.length),
      TagSet.map((tag) => `${tag.Key}=${tag.Value}`),
    );
  }
  return found;
}

/** Moves the time at which a revision was superseded into the past. */
async function age(revisionId: string, minutes: number): Promise<void> {
  await services.database
    .update(revisions)
    .set({ supersededAt: sql`now() - ${minutes} * interval '1 minute'` })
    .where(eq(revisions.id, revisionId));
}

async function revisionOf(revisionId: string) {
  return (await findRevision(services.database, revisionId))?.revision;
}

/** Replaces a ready video by a newer upload of its key. @returns both encodes */
async function replacedVideo(key: string): Promise<{ old: Encode; newer: Encode }> {
  const old = await readyVideo(key);
  const newer = await readyVideo(key);
  await chain.handleWithdrawal({ type: 'video.ready', videoId: newer.videoId });
  return { old, newer };
}

/** Delivers a message repeatedly, killing each call a few requests later than the one before, until a call ends. */
async function deliverThroughCrashes(message: WithdrawalInbox, interval: number): Promise<void> {
  for (let requests = 0; ; requests += interval) {
    try {
      await chain.handleWithdrawal(message, services.killedAfter(requests), 'crashing');
      return;
    } catch (error) {
      if (!/killed|Failed query/.test(String(error))) throw error;
    }
  }
}

describe('a withdrawn video', () => {
  test('is served to nobody, and is served again once it is published', async () => {
    const { videoId, prefix } = await readyVideo('withdrawn.mp4');
    expect((await servedBelow(prefix)).toSorted()).toEqual(NAMES);
    await chain.setWithdrawn(videoId, true);
    expect(await servedBelow(`v/${videoId}/`)).toEqual([]);
    expect([...services.invalidated.values()]).toContain(`/v/${videoId}/*`);
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'withdrawn' });
    await chain.setWithdrawn(videoId, false);
    expect((await servedBelow(prefix)).toSorted()).toEqual(NAMES);
    expect(await findPlayable(services.database, videoId)).toMatchObject({ state: 'playable' });
  });

  test('is forgotten by the edge first, together with what visitors see of it', async () => {
    const { videoId } = await readyVideo('kept.mp4');
    const before = services.invalidated.size;
    await chain.setWithdrawn(videoId, true);
    const kept = `/api/videos/${videoId},/api/videos/${videoId}/playback`;
    expect([...services.invalidated.values()].slice(before)).toEqual([kept, `/v/${videoId}/*`]);
    await chain.handleWithdrawal({ type: 'visitors-view-changed', videoId }, services, 'edited');
    expect([...services.invalidated].at(-1)).toEqual(['edited-kept', kept]);
  });

  test('loses its playlists first', async () => {
    const { videoId, prefix } = await readyVideo('playlists first.mp4');
    await requestPublication(services, videoId, true);
    const [message] = services.publications.splice(0);
    // The catalog takes three requests, the edge two, the pointer five, listing one, and the three playlists and the storyboard four.
    await expect(chain.handleWithdrawal(message!, services.killedAfter(15))).rejects.toThrow('killed');
    const served = await servedBelow(prefix);
    expect(served.filter((name) => /\.(m3u8|mpd|vtt)$/.test(name))).toEqual([]);
    expect(served).toContain('index_180p.cmfv');
    await chain.handleWithdrawal(message!);
    expect(await servedBelow(prefix)).toEqual([]);
  });

  test('is withdrawn by the message alone, after crashes between its requests', async () => {
    const { videoId, prefix } = await readyVideo('crash.mp4');
    const message = { type: 'publication', videoId, withdrawn: true, publication: 1 } as const;
    await deliverThroughCrashes(message, 3);
    expect(await servedBelow(prefix)).toEqual([]);
    expect(await findPublication(services.database, videoId)).toMatchObject({ withdrawn: true, publication: 1 });
    expect([...services.invalidated].filter(([, path]) => path === `/v/${videoId}/*`)).toHaveLength(1);
  });

  test('is free to withdraw again once it is, and is invalidated once by concurrent messages', async () => {
    const { videoId } = await readyVideo('again and again.mp4');
    for (let times = 0; times < 3; times += 1) await requestPublication(services, videoId, true);
    const messages = services.publications.splice(0);
    expect(messages).toHaveLength(3);
    await Promise.all(messages.map((message) => chain.handleWithdrawal(message)));
    const invalidations = () => [...services.invalidated].filter(([, path]) => path === `/v/${videoId}/*`);
    expect(invalidations()).toEqual([[`publication-${videoId}-1`, `/v/${videoId}/*`]]);
    const invalidate = async () => {
      throw new Error('A repetition makes no request to CloudFront.');
    };
    await requestPublication(services, videoId, true);
    expect(services.publications).toEqual([]);
    await chain.handleWithdrawal(messages[0]!, { ...services, invalidate });
    for (const withdrawn of [false, true]) await chain.setWithdrawn(videoId, withdrawn);
    expect(invalidations().map(([reference]) => reference)).toEqual([`publication-${videoId}-1`, `publication-${videoId}-3`]);
  });

  test('is invalidated again after a call that published it while it was withdrawn', async () => {
    const { videoId, prefix } = await readyVideo('overtaken.mp4');
    await chain.setWithdrawn(videoId, true);
    await requestPublication(services, videoId, false);
    const [published] = services.publications.splice(0);
    // Publishing takes at least these requests; the call dies before it learns of the withdrawal.
    await expect(chain.handleWithdrawal(published!, services.killedAfter(9))).rejects.toThrow('killed');
    await chain.setWithdrawn(videoId, true);
    await chain.handleWithdrawal(published!);
    expect(await servedBelow(prefix)).toEqual([]);
    const references = [...services.invalidated].filter(([, path]) => path === `/v/${videoId}/*`);
    expect(references).toHaveLength(3);
  });

  test('is invalidated again once no earlier request can still reach the edge', async () => {
    const { videoId } = await readyVideo('read meanwhile.mp4');
    services.invalidationRepeats.length = 0;
    await chain.setWithdrawn(videoId, true);
    const repeats = services.invalidationRepeats.splice(0);
    const [api, media, lastMedia] = repeats;
    expect(repeats).toHaveLength(3);
    expect(api?.message.paths).toEqual([`/api/videos/${videoId}`, `/api/videos/${videoId}/playback`]);
    // The API has 30 seconds for a request, and visitors must lose the video within a minute.
    expect(api?.delaySeconds).toBeGreaterThan(30);
    expect(api?.delaySeconds).toBeLessThan(60);
    // The packager holds an index for ten seconds after its last look, twice that if storage fails.
    expect(media?.delaySeconds).toBeGreaterThan(30);
    expect(media?.delaySeconds).toBeLessThan(60);
    expect(lastMedia?.delaySeconds).toBe(900);
    for (const repeat of [media, lastMedia]) expect(repeat?.message.paths).toEqual([`/v/${videoId}/*`]);
    services.invalidated.clear();
    for (const { message } of [...repeats, ...repeats]) await chain.handleWithdrawal(message);
    // CloudFront ignores a repeated reference: the second invalidation needs its own.
    expect([...services.invalidated]).toEqual([
      [`publication-${videoId}-1-kept-repeat`, `/api/videos/${videoId},/api/videos/${videoId}/playback`],
      [`publication-${videoId}-1-repeat`, `/v/${videoId}/*`],
      [`publication-${videoId}-1-last-repeat`, `/v/${videoId}/*`],
    ]);
    // An invalidation has no repetition but its first.
    expect(services.invalidationRepeats).toEqual([]);
  });

  test('is invalidated at the edge by the redelivered message if too many invalidations are in progress', async () => {
    const { videoId } = await readyVideo('busy edge.mp4');
    const invalidate = async () => {
      throw new TooManyInvalidationsInProgress({ message: 'Processing your request exceeds a limit.', $metadata: {} });
    };
    await requestPublication(services, videoId, true);
    const [message] = services.publications.splice(0);
    await expect(chain.handleWithdrawal(message!, { ...services, invalidate })).rejects.toThrow('exceeds a limit');
    expect([...services.invalidated.values()]).not.toContain(`/v/${videoId}/*`);
    await chain.handleWithdrawal(message!);
    expect([...services.invalidated.values()]).toContain(`/v/${videoId}/*`);
  });

  test('stays withdrawn through an encode in progress, and plays that one once it is published', async () => {
    const old = await readyVideo('during an encode.mp4');
    const { videoId } = old;
    const newer = await chain.startEncode('during an encode.mp4', movie);
    await chain.setWithdrawn(videoId, true);
    await chain.finish(newer);
    const event = chain.eventsOf(newer.revisionId).at(-1);
    expect(event).toMatchObject({ type: 'video.ready', withdrawn: true });
    await chain.handleWithdrawal({ type: 'video.ready', videoId });
    expect(await servedBelow(`v/${videoId}/`)).toEqual([]);
    expect(await findPlayable(services.database, videoId)).toEqual({ state: 'withdrawn' });
    await chain.setWithdrawn(videoId, false);
    expect((await servedBelow(newer.prefix)).toSorted()).toEqual(NAMES);
    // The older one is still within its grace.
    expect((await servedBelow(old.prefix)).toSorted()).toEqual(NAMES);
  });

  test('withdrawn and published during its first encode is served', async () => {
    const encode = await chain.startEncode('back in time.mp4', movie);
    await chain.putOutput(encode.prefix);
    await chain.run('permissions', encode.ended('COMPLETE'));
    for (const withdrawn of [true, false]) await chain.setWithdrawn(encode.videoId, withdrawn);
    for (const step of ['thumbnails', 'metadata'] as const) await chain.run(step, encode.ended('COMPLETE'));
    await chain.deliver();
    expect((await servedBelow(encode.prefix)).toSorted()).toEqual(NAMES);
  });

  test('has no objects once it is deleted, and cannot be published again', async () => {
    const { videoId } = await readyVideo('withdrawn, then deleted.mp4');
    await chain.setWithdrawn(videoId, true);
    await chain.remove(videoId);
    expect([...(await tagsBelow(`v/${videoId}/`)).keys()]).toEqual(['mp4hls/pointer']);
    expect(await readPointer(services, videoId)).toMatchObject({ target: null });
    expect(await requestPublication(services, videoId, false)).toBe(false);
    // A late message about the withdrawal finds nothing to do.
    await chain.handleWithdrawal({ type: 'publication', videoId, withdrawn: true, publication: 1 });
  });

  test('leaves a later video of its key published, whatever late messages say', async () => {
    const { videoId } = await readyVideo('reused key.mp4');
    await chain.setWithdrawn(videoId, true);
    await chain.remove(videoId);
    const again = await readyVideo('reused key.mp4');
    expect(again.videoId).toBe(videoId);
    for (const publication of [1, 2]) {
      await chain.handleWithdrawal({ type: 'publication', videoId, withdrawn: publication === 1, publication });
    }
    expect((await servedBelow(again.prefix)).toSorted()).toEqual(NAMES);
    expect(await findPlayable(services.database, videoId)).toMatchObject({ state: 'playable' });
  });
});

describe('withdrawing and publishing in quick succession', () => {
  test('ends in the newest state, whatever the order of the messages', async () => {
    const { videoId, prefix } = await readyVideo('any order.mp4');
    let withdrawn = false;
    for (const arrivals of [[0, 1, 2], [2, 1, 0], [1, 0, 2, 0, 1]]) {
      for (let change = 0; change < 3; change += 1) {
        withdrawn = !withdrawn;
        await requestPublication(services, videoId, withdrawn);
      }
      const messages = services.publications.splice(0);
      for (const index of arrivals) await chain.handleWithdrawal(messages[index]!);
      expect((await servedBelow(prefix)).length).toBe(withdrawn ? 0 : NAMES.length);
    }
  });

  test('leaves the newer state after an old call that ends last', async () => {
    const { videoId, prefix } = await readyVideo('slow.mp4');
    await requestPublication(services, videoId, true);
    const [withdrawal] = services.publications.splice(0);
    // The video is published while the call that withdraws it waits for its invalidation.
    const invalidate: Functions['invalidate'] = async (paths) => {
      if (paths === `/v/${videoId}/*`) await chain.setWithdrawn(videoId, false);
    };
    await chain.handleWithdrawal(withdrawal!, { ...services, invalidate });
    expect((await servedBelow(prefix)).toSorted()).toEqual(NAMES);
  });

  test('fails, to be delivered again, if it does not end', async () => {
    const { videoId } = await readyVideo('on and on.mp4');
    await requestPublication(services, videoId, true);
    const [withdrawal] = services.publications.splice(0);
    const invalidate: Functions['invalidate'] = async (paths) => {
      if (paths !== `/v/${videoId}/*`) return;
      for (const withdrawn of [false, true]) await requestPublication(services, videoId, withdrawn);
    };
    await expect(chain.handleWithdrawal(withdrawal!, { ...services, invalidate })).rejects.toThrow('repeatedly');
    services.publications.splice(0);
  });

  test('makes each change once, even if two callers request it at once', async () => {
    const { videoId } = await readyVideo('two callers.mp4');
    await Promise.all([1, 2].map(() => requestPublication(services, videoId, true)));
    expect(await findPublication(services.database, videoId)).toMatchObject({ withdrawn: true, publication: 1 });
    expect(services.publications.splice(0).map(({ publication }) => publication)).toEqual([1, 1]);
    const old = { videoId, withdrawn: true, publication: 1 };
    expect(await changePublication(services.database, old)).toBe(false);
  });
});

describe('a superseded revision', () => {
  test('stays served until its grace ends, which is scheduled, and is deleted then', async () => {
    const { old, newer } = await replacedVideo('replaced.mp4');
    expect(await chain.statusOf(old.revisionId)).toBe('superseded');
    for (const { prefix } of [old, newer]) expect((await servedBelow(prefix)).toSorted()).toEqual(NAMES);
    const { supersededAt } = (await revisionOf(old.revisionId))!;
    const graceEndsAt = new Date(supersededAt!.getTime() + GRACE_MINUTES * 60_000);
    const { at, message } = services.graceEndOf(old.revisionId, graceEndsAt);
    expect(message).toEqual({ type: 'grace-ended', videoId: old.videoId });
    expect(at.getTime()).toBeGreaterThanOrEqual(graceEndsAt.getTime());

    await age(old.revisionId, GRACE_MINUTES);
    for (let times = 0; times < 2; times += 1) await chain.handleWithdrawal({ type: 'grace-ended', videoId: old.videoId });
    expect(await listObjects(services.s3, services.outputBucket, `v/${old.videoId}/1/`)).toEqual([]);
    expect([...services.invalidated.values()].filter((path) => path === `/v/${old.videoId}/1/*`)).toHaveLength(1);
    expect((await servedBelow(newer.prefix)).toSorted()).toEqual(NAMES);
    expect((await revisionOf(old.revisionId))?.retiredAt).toBeInstanceOf(Date);
  });

  test('stays served, with another schedule, if the message arrives before the grace has ended', async () => {
    const { old } = await replacedVideo('early.mp4');
    await age(old.revisionId, GRACE_MINUTES - 10);
    await chain.handleWithdrawal({ type: 'grace-ended', videoId: old.videoId });
    expect((await servedBelow(old.prefix)).toSorted()).toEqual(NAMES);
    const { supersededAt } = (await revisionOf(old.revisionId))!;
    const graceEndsAt = new Date(supersededAt!.getTime() + GRACE_MINUTES * 60_000);
    expect(services.graceEndOf(old.revisionId, graceEndsAt).message).toMatchObject({ type: 'grace-ended' });
  });

  test('is archived if so configured, where it is neither served nor published again', async () => {
    const { old } = await replacedVideo('archived.mp4');
    await age(old.revisionId, GRACE_MINUTES);
    await chain.handleWithdrawal({ type: 'grace-ended', videoId: old.videoId }, { ...services, afterGrace: 'archive' });
    for (const withdrawn of [true, false]) await chain.setWithdrawn(old.videoId, withdrawn);
    const tags = await tagsBelow(old.prefix);
    expect(tags.size).toBe(NAMES.length);
    expect(new Set([...tags.values()].flat())).toEqual(new Set(['sluice:archived=true']));
    await chain.remove(old.videoId);
    expect([...(await tagsBelow(`v/${old.videoId}/`)).keys()]).toEqual(['mp4hls/pointer']);
  });

  test('is not served while its video is withdrawn, and not deleted before its grace has ended', async () => {
    const { old } = await replacedVideo('withdrawn in the grace.mp4');
    await chain.setWithdrawn(old.videoId, true);
    expect(await servedBelow(old.prefix)).toEqual([]);
    await age(old.revisionId, GRACE_MINUTES);
    await chain.setWithdrawn(old.videoId, false);
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
  });

  test('is retired again if its grace ends while another call publishes it', async () => {
    const { old, newer } = await replacedVideo('ended meanwhile.mp4');
    await chain.setWithdrawn(old.videoId, true);
    await requestPublication(services, old.videoId, false);
    const [publication] = services.publications.splice(0);
    const scheduleGraceEnd: Functions['scheduleGraceEnd'] = async () => age(old.revisionId, GRACE_MINUTES);
    await chain.handleWithdrawal(publication!, { ...services, scheduleGraceEnd });
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
    expect((await servedBelow(newer.prefix)).toSorted()).toEqual(NAMES);
  });

  test('is retired after crashes between its requests', async () => {
    const { old } = await replacedVideo('crash at the end.mp4');
    await age(old.revisionId, GRACE_MINUTES);
    const message = { type: 'grace-ended', videoId: old.videoId } as const;
    await deliverThroughCrashes(message, 4);
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
  });

  test('that was never ready leaves nothing, even if its encoder writes late', async () => {
    const key = 'replaced while encoding.mp4';
    const old = await chain.startEncode(key, movie);
    services.delayed.splice(0);
    await chain.putOutput(old.prefix);
    const newer = await chain.startEncode(key, movie);
    await chain.deliver();
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
    await chain.putOutput(old.prefix);
    expect(services.delayed).toEqual([{ type: 'revision-ended', revisionId: old.revisionId }]);
    for (const message of services.delayed.splice(0)) await chain.complete(message);
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
    await chain.finish(newer);
    expect((await servedBelow(newer.prefix)).toSorted()).toEqual(NAMES);
  });

  test('that failed keeps its output until a newer one is ready, and is deleted then, never archived', async () => {
    const key = 'failed, then replaced.mp4';
    const old = await chain.startEncode(key, await makeClip('-c:v', 'mpeg4'));
    await chain.putOutput(old.prefix);
    await endWithCode(services.database, old.revisionId, 'encoder_error');
    const newer = await chain.startEncode(key, movie);
    const message = { type: 'video.ready', videoId: old.videoId } as const;
    await chain.handleWithdrawal(message);
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).not.toEqual([]);
    await chain.finish(newer);
    for (let times = 0; times < 2; times += 1) await chain.handleWithdrawal(message, { ...services, afterGrace: 'archive' });
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
    expect((await servedBelow(newer.prefix)).toSorted()).toEqual(NAMES);
  });

  test('whose source was replaced after its encode leaves nothing', async () => {
    const key = 'replaced after the encode.mp4';
    const old = await chain.startEncode(key, movie);
    await services.upload(key, movie);
    await chain.finish(old);
    expect(await chain.statusOf(old.revisionId)).toBe('superseded');
    expect(await listObjects(services.s3, services.outputBucket, old.prefix)).toEqual([]);
  });
});
