import { createPublicKey, verify } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { END_CODES } from '../../../../lambdas/contracts/end-codes.ts';
import type { Changes } from '../../../../lambdas/contracts/api/change.ts';
import type { Problem } from '../../../../lambdas/contracts/api/problem.ts';
import type { Video, VideoList } from '../../../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../../../lambdas/contracts/playback.ts';
import { STORED_VIDEO_STATUSES } from '../../../../catalog/schema/video-status.ts';
import { addWarnings } from '../../../../catalog/revisions/add-warnings.ts';
import {
  endedVideo,
  finishEncode,
  newVideo,
  readyVideo,
  registerSource,
  startEncode,
} from '../../../support/catalog/test-videos.ts';
import { EDGE_URL, type LocalApi, useLocalApi } from '../../../support/api/local-api.ts';
import type { TestUser } from '../../../support/api/token-issuer.ts';

const MISSING_ID = '01890000-0000-7000-8000-000000000000';

let api: LocalApi;
let database: LocalApi['catalog']['database'];
useLocalApi((started) => {
  api = started;
  ({ database } = api.catalog);
});

async function list(query: string, as: TestUser = 'uploader') {
  return (await api.request<VideoList>(`GET /api/videos?${query}`, { as })).body;
}

describe('a list', () => {
  test('filters by words of the title and by status, and continues each page after the previous one', async () => {
    const made = [];
    for (const number of [1, 2, 3, 4, 5])
      made.unshift((await newVideo(database, { title: `강의 ${number}부 Unit` })).videoId);
    await readyVideo(database, { title: '강의 끝' });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = `search=${encodeURIComponent('강의 unit')}&status=uploading&limit=2`;
      const page: VideoList = await list(cursor === '' ? query : `${query}&cursor=${cursor}`);
      seen.push(...page.videos.map(({ id }) => id));
      cursor = page.nextCursor;
      await newVideo(database, { title: '강의 6부 unit' });
    }
    expect(seen).toEqual(made);
    expect((await list(`search=${encodeURIComponent('강의')}&status=ready`)).videos).toMatchObject([
      { title: '강의 끝' },
    ]);
  });

  test.each(['status=ready,uploading', 'status=ready&status=uploading'])(
    'accepts several statuses as %s',
    async (query) => {
      const search = `search=${encodeURIComponent('여럿')}`;
      await readyVideo(database, { title: '여럿 1' });
      await newVideo(database, { title: '여럿 2' });
      await endedVideo(database, 'encoder_error', { title: '여럿 3' });
      const { videos } = await list(`${search}&${query}&limit=2`);
      expect(videos.map(({ title }) => title)).toEqual(['여럿 2', '여럿 1']);
    },
  );

  test('accepts as many words as a title can have, with all statuses', async () => {
    const words = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0xac00 + index * 28));
    const { videoId } = await newVideo(database, { title: words.join(' ') });
    const query = `search=${encodeURIComponent(words.toReversed().join(' '))}&status=${STORED_VIDEO_STATUSES.filter((status) => status !== 'deleted').join(',')}`;
    expect((await list(query)).videos).toMatchObject([{ id: videoId }]);
    expect((await list(query.replace(encodeURIComponent('가'), encodeURIComponent('힣')))).videos).toEqual([]);
  });

  test.each([
    ['limit=0', '?limit'],
    ['limit=many', '?limit'],
    ['status=deleted', '?status'],
    ['status=ready,deleted', '?status'],
    ['status=', '?status'],
    ['cursor=x', '?cursor'],
    [`cursor=${Buffer.from(JSON.stringify(['videos', "' or true"])).toString('base64url')}`, '?cursor'],
  ])('rejects %s', async (query, pointer) => {
    const { body } = await api.request<Problem>(`GET /api/videos?${query}`, { as: 'uploader' });
    expect(body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });

  test('returns the same poster URLs when repeated, each signed for its video alone', async () => {
    const { videoId } = await readyVideo(database, { title: 'Poster' });
    const posters = async () => (await list('search=Poster')).videos.map(({ posterUrl }) => posterUrl);
    const [poster] = await posters();
    expect(await posters()).toEqual([poster]);
    const query = new URL(poster!).searchParams;
    const decoded = (name: string) =>
      Buffer.from(
        query.get(name)!.replace(/[-_~]/g, (character) => ({ '-': '+', _: '=', '~': '/' })[character]!),
        'base64',
      );
    const policy = decoded('Policy');
    expect(JSON.parse(policy.toString())).toMatchObject({ Statement: [{ Resource: `${EDGE_URL}/v/${videoId}/*` }] });
    const { privateKeyPem } = await api.services.signer();
    expect(verify('sha256', policy, createPublicKey(privateKeyPem), decoded('Signature'))).toBe(true);
  });
});

describe('playback', () => {
  test('expires after the requested time', async () => {
    const { videoId } = await readyVideo(database);
    const before = Date.now();
    const { body } = await api.request<Playback>(`GET /api/videos/${videoId}/playback?expiresInSeconds=120`, {
      as: 'uploader',
    });
    expect(body).toMatchObject({ videoId, revision: 1, durationMs: 12_000 });
    expect(Date.parse(body.expiresAt) - before).toBeGreaterThan(118_000);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(120_000);
    const refused = await api.request(`GET /api/videos/${videoId}/playback?expiresInSeconds=${8 * 24 * 3600}`, {
      as: 'uploader',
    });
    expect(refused.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '?expiresInSeconds' }] });
  });
});

describe('a caller who may not edit a video', () => {
  const shown = async (videoId: string, as: TestUser) =>
    (await api.request<Video>(`GET /api/videos/${videoId}`, { as })).body;

  test("does not get its price, its file name or the encoder's message", async () => {
    const ready = await readyVideo(database, { visibility: 'public' });
    const failed = await endedVideo(database, 'encoder_error', { visibility: 'public' });
    const message = 'Job 123 of queue Default: Unable to open s3://bucket/key';
    await database.execute(
      sql`update revisions set message = ${message} where id = cast(${failed.revisionId} as uuid)`,
    );
    expect(await shown(ready.videoId, 'uploader')).toMatchObject({
      price: { tier: 'basic', estimatedUsd: 0.015 },
      priceUsd: 0.015,
      source: { fileName: 'film.mp4', sizeBytes: 1000 },
    });
    expect(await shown(failed.videoId, 'uploader')).toMatchObject({ code: 'encoder_error', message });

    expect(await shown(ready.videoId, 'viewer')).toMatchObject({
      price: null,
      priceUsd: null,
      message: null,
      source: { fileName: null, sizeBytes: 1000 },
    });
    expect(await shown(failed.videoId, 'viewer')).toMatchObject({
      code: 'encoder_error',
      message: END_CODES.encoder_error.message,
    });
  });

  test('gets warnings that name neither the file nor the encoder', async () => {
    const { videoId, job } = await readyVideo(database, { visibility: 'public', title: 'Warned' });
    await addWarnings(database, job, [
      { code: 'sound_track_skipped', track: 2 },
      { code: 'sound_damaged', startMs: 35_000, durationMs: 12_000 },
      { code: 'from_a_newer_version' },
    ]);
    const warnings = [
      { code: 'sound_track_skipped', track: 2, startMs: null, durationMs: null },
      { code: 'sound_damaged', track: null, startMs: 35_000, durationMs: 12_000 },
    ];
    for (const as of ['uploader', 'admin', 'viewer'] as const) {
      expect(await shown(videoId, as)).toMatchObject({ status: 'ready', warnings, warningCount: 2 });
    }
    expect((await api.request<Video>(`GET /api/videos/${videoId}`)).body).toMatchObject({ warnings });
    expect((await list('search=Warned')).videos).toMatchObject([{ id: videoId, warningCount: 3 }]);
  });

  test('gets at most the default expiry, while an editor gets any', async () => {
    const { videoId } = await readyVideo(database, { visibility: 'public' });
    const WEEK = 7 * 24 * 3600;
    const hours = async (options: { as?: TestUser }, seconds: number) => {
      const requestedAt = Date.now();
      const path = `GET /api/videos/${videoId}/playback?expiresInSeconds=${seconds}`;
      const { expiresAt } = (await api.request<Playback>(path, options)).body;
      return Math.round((Date.parse(expiresAt) - requestedAt) / 3_600_000);
    };
    expect(await hours({}, WEEK)).toBe(2);
    expect(await hours({ as: 'viewer' }, WEEK)).toBe(2);
    expect(await hours({ as: 'viewer' }, 3600)).toBe(1);
    expect(await hours({ as: 'uploader' }, WEEK)).toBe(168);
    expect(await hours({ as: 'admin' }, WEEK)).toBe(168);
  });
});

test('hides the warnings of failed videos and superseded uploads', async () => {
  const failed = await endedVideo(database, 'encoder_error', { title: 'Failed with warnings' });
  const warned = JSON.stringify([{ code: 'sound_damaged' }]);
  await database.execute(
    sql`update revisions set warnings = cast(${warned} as jsonb) where id = cast(${failed.revisionId} as uuid)`,
  );
  const { body } = await api.request<Video>(`GET /api/videos/${failed.videoId}`, { as: 'uploader' });
  expect(body).toMatchObject({ code: 'encoder_error', warnings: [], warningCount: 0 });
  expect((await list(`search=${encodeURIComponent('Failed with warnings')}`)).videos).toMatchObject([{ warningCount: 0 }]);

  const first = await readyVideo(database);
  await addWarnings(database, first.job, [{ code: 'sound_damaged' }]);
  const second = await finishEncode(database, await startEncode(database, await registerSource(database, first)));
  const ready = await api.request<Video>(`GET /api/videos/${second.videoId}`, { as: 'uploader' });
  expect(ready.body).toMatchObject({ status: 'ready', revision: 2, warnings: [], warningCount: 0 });
});

test('the changes of a video report its warnings', async () => {
  const { job, videoId } = await readyVideo(database);
  const { cursor } = (await api.request<Changes>('GET /api/changes', { as: 'uploader' })).body;
  await addWarnings(database, job, [{ code: 'sound_damaged' }]);
  const { changes } = (await api.request<Changes>(`GET /api/changes?cursor=${cursor}`, { as: 'uploader' })).body;
  expect(changes).toMatchObject([{ videoId, video: { status: 'ready', warningCount: 1 } }]);
});

describe('changes', () => {
  const changes = async (cursor: string | undefined, as: TestUser) =>
    (await api.request<Changes>(`GET /api/changes${cursor === undefined ? '' : `?cursor=${cursor}`}`, { as })).body;

  /** Returns the number of statements that a request sends to the catalog. */
  const countStatements = async (request: () => Promise<unknown>): Promise<number> => {
    let statements = 0;
    const { middlewareStack } = api.catalog.client;
    const name = 'count-statements';
    middlewareStack.add((next) => async (args) => ((statements += 1), next(args)), { step: 'initialize', name });
    await request().finally(() => middlewareStack.remove(name));
    return statements;
  };

  test('take one statement while there are none', async () => {
    const { cursor } = await changes(undefined, 'uploader');
    expect(await countStatements(() => changes(undefined, 'uploader'))).toBe(1);
    expect(await countStatements(() => changes(cursor, 'uploader'))).toBe(1);
    await newVideo(database, { owner: 'uploader' });
    expect(await countStatements(() => changes(cursor, 'uploader'))).toBe(3);
  });

  /** Sends a request, and waits for a change between its first two statements. */
  const changeMeanwhile = async <T>(request: () => Promise<T>, change: () => Promise<unknown>): Promise<T> => {
    const { middlewareStack } = api.catalog.client;
    const name = 'change-meanwhile';
    middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        if (middlewareStack.remove(name)) await change();
        return result;
      },
      { step: 'initialize', name },
    );
    return request();
  };

  const reported = (page: Changes) => page.changes.map(({ videoId, video }) => [videoId, video?.status ?? null]);

  test('report to each user what is visible to them, and what no longer is', async () => {
    const first = await Promise.all([changes(undefined, 'uploader'), changes(undefined, 'viewer')]);
    expect(first.map(reported)).toEqual([[], []]);
    const secret = await readyVideo(database);
    const shared = await readyVideo(database, { visibility: 'shared' });
    const [mine, theirs] = await Promise.all([
      changes(first[0].cursor, 'uploader'),
      changes(first[1].cursor, 'viewer'),
    ]);
    expect(reported(mine)).toEqual([
      [secret.videoId, 'ready'],
      [shared.videoId, 'ready'],
    ]);
    expect(reported(theirs)).toEqual([[shared.videoId, 'ready']]);
    expect(mine).toMatchObject({ more: false, unfinished: expect.any(Number) });

    await api.request(`PATCH /api/videos/${shared.videoId}`, { as: 'uploader', body: { visibility: 'private' } });
    await api.request(`DELETE /api/videos/${secret.videoId}`, { as: 'uploader' });
    expect(reported(await changes(theirs.cursor, 'viewer'))).toEqual([[shared.videoId, null]]);
    expect(reported(await changes(mine.cursor, 'uploader'))).toEqual([
      [shared.videoId, 'ready'],
      [secret.videoId, null],
    ]);
  });

  test('continue while a video that changed may have changed again before it was read', async () => {
    const { cursor } = await changes(undefined, 'viewer');
    const { videoId } = await readyVideo(database, { visibility: 'shared' });
    const missed = await changeMeanwhile(
      () => changes(cursor, 'viewer'),
      () => database.execute(sql`update videos set title = title || '.' where id = cast(${videoId} as uuid)`),
    );
    expect([reported(missed), missed.unfinished]).toEqual([[], 1]);
    const next = await changes(missed.cursor, 'viewer');
    expect([reported(next), next.unfinished]).toEqual([[[videoId, 'ready']], 1]);
    const last = await changes(next.cursor, 'viewer');
    expect([reported(last), last.unfinished]).toEqual([[], 0]);
  });

  test('reveal no private videos of others, not even in cursors, and continue after them', async () => {
    let { cursor } = await changes(undefined, 'viewer');
    const hidden = await readyVideo(database);
    for (let round = 0; round < 2; round += 1) {
      const page = await changes(cursor, 'viewer');
      expect(reported(page)).toEqual([]);
      ({ cursor } = page);
      expect(Buffer.from(cursor, 'base64url').toString()).not.toContain(hidden.videoId);
    }
    const shared = await readyVideo(database, { visibility: 'shared' });
    const page = await changes(cursor, 'viewer');
    expect(reported(page)).toEqual([[shared.videoId, 'ready']]);
    expect(reported(await changes(page.cursor, 'viewer'))).toEqual([]);
  });

  test('reject a cursor that the API did not issue', async () => {
    const { body } = await api.request('GET /api/changes?cursor=WzFd', { as: 'viewer' });
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '?cursor' }] });
  });
});

test('a hundred videos with the longest titles and descriptions fit into one list and one page of changes', async () => {
  const { cursor } = (await api.request<Changes>('GET /api/changes', { as: 'other' })).body;
  await database.execute(sql`
    insert into videos (id, bucket, key, title, description, owner_id)
    select cast(overlay(cast(gen_random_uuid() as text) placing '7' from 15 for 1) as uuid), 'source-bucket', 'long/' || repeat('가', 300) || n, repeat('강', 200), repeat('글', 5000),
      'other'
    from generate_series(1, 101) as n`);
  expect((await list('limit=100', 'other')).videos).toHaveLength(100);
  const { body, status } = await api.request<Changes>(`GET /api/changes?cursor=${cursor}`, { as: 'other' });
  expect({ status, reported: body.changes.length, more: body.more }).toEqual({
    status: 200,
    reported: 100,
    more: true,
  });
  const remaining = (await api.request<Changes>(`GET /api/changes?cursor=${body.cursor}`, { as: 'other' })).body;
  expect({ reported: remaining.changes.length, more: remaining.more }).toEqual({ reported: 1, more: false });
  const { body: video } = await api.request<Video>(`GET /api/videos/${body.changes[0]!.videoId}`, { as: 'other' });
  expect(video.description).toBe('글'.repeat(5000));
});

describe('a request', () => {
  test('to an unknown path or with an unsupported method is rejected, with the supported methods', async () => {
    expect((await api.request('GET /api/nothing')).body).toMatchObject({ status: 404, code: 'not_found' });
    const wrong = await api.request('PUT /api/videos', { as: 'admin' });
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
    expect((await api.request(`PUT /api/videos/${MISSING_ID}`)).headers.get('allow')).toBe('GET, PATCH, DELETE, HEAD');
  });

  test('is allowed by CORS from the pages, and from no other origin', async () => {
    const preflight = (origin: string) =>
      api.request('OPTIONS /api/videos', { headers: { origin, 'access-control-request-method': 'PATCH' } });
    expect((await preflight('https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight(EDGE_URL)).headers.get('access-control-allow-origin')).toBe(EDGE_URL);
  });

  test('is logged without tokens, signatures or its query', async () => {
    const { videoId } = await readyVideo(database);
    await api.request(`GET /api/videos/${videoId}/playback?expiresInSeconds=90`, { as: 'uploader' });
    const logged = api.log.join('\n');
    expect(logged).toContain(`/api/videos/${videoId}/playback`);
    expect(logged).not.toMatch(/Signature|Policy|Bearer|eyJ|expiresInSeconds/);
  });
});
