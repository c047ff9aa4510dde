import { sql } from 'drizzle-orm';
import type { Upload } from '../../../../lambdas/contracts/api/upload.ts';
import type { Problem } from '../../../../lambdas/contracts/api/problem.ts';
import type { Video, VideoList } from '../../../../lambdas/contracts/api/video.ts';
import { registerSource } from '../../../support/catalog/test-videos.ts';
import { type LocalApi, useLocalApi } from '../../../support/api/local-api.ts';

let api: LocalApi;
useLocalApi((started) => void (api = started));

const uploader = { as: 'uploader' } as const;

describe('an idempotency key', () => {
  const NEW = { fileName: 'once.mp4', sizeBytes: 10, title: 'Once' };
  const videosTitled = async (title: string) =>
    (await api.request<VideoList>(`GET /api/videos?search=${title}`, uploader)).body.videos.length;

  test('creates one upload for repeated and concurrent requests', async () => {
    const headers = { 'idempotency-key': 'many' };
    const responses = await Promise.all(
      [1, 2, 3].map(() => api.request<Upload & Problem>('POST /api/uploads', { ...uploader, body: NEW, headers })),
    );
    const made = responses.filter(({ status }) => status === 201);
    for (const { body } of responses.filter(({ status }) => status !== 201))
      expect(body).toMatchObject({ code: 'request_in_progress' });
    expect(made.length).toBeGreaterThan(0);
    const again = await api.request<Upload>('POST /api/uploads', { ...uploader, body: NEW, headers });
    expect(again.status).toBe(201);
    expect(again.headers.get('location')).toBe(`/api/uploads/${made[0]!.body.id}`);
    expect(again.body).toMatchObject({ id: made[0]!.body.id, videoId: made[0]!.body.videoId });
    expect(await videosTitled('Once')).toBe(1);

    const other = await api.request<Problem>('POST /api/uploads', {
      ...uploader,
      body: { ...NEW, sizeBytes: 11 },
      headers,
    });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    // Another user's key is independent.
    expect((await api.request<Upload>('POST /api/uploads', { as: 'other', body: NEW, headers })).body.id).not.toBe(
      again.body.id,
    );
  });

  test('finds the upload of an attempt that was interrupted before it responded', async () => {
    const headers = { 'idempotency-key': 'interrupted' };
    const body = { ...NEW, title: 'Broken' };
    const { storage } = api.services;
    const failing = Object.create(storage, {
      presignObject: { value: () => Promise.reject(new Error('out of memory')) },
    }) as typeof storage;
    const first = await api.with({ storage: failing }).request('POST /api/uploads', { ...uploader, body, headers });
    expect(first.status).toBe(500);
    expect((await api.request('POST /api/uploads', { ...uploader, body, headers })).status).toBe(201);
    expect(await videosTitled('Broken')).toBe(1);
  });

  test('is held by a request in progress, but no longer than a request may take', async () => {
    const headers = { 'idempotency-key': 'held' };
    const send = () => api.request<Problem>('POST /api/uploads', { ...uploader, body: NEW, headers });
    await send();
    const setStartedAt = (ago: string) =>
      api.catalog.database.execute(
        sql`
          update idempotency_keys set completed_at = null, started_at = now() - cast(${ago} as interval)
          where key = 'held'`,
      );
    await setStartedAt('20 seconds');
    const held = await send();
    expect(held.body).toMatchObject({ status: 409, code: 'request_in_progress' });
    const seconds = Number(held.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThanOrEqual(40);
    await setStartedAt('61 seconds');
    expect((await send()).status).toBe(201);
  });

  test('is reported as an invalid header if malformed', async () => {
    const headers = { 'idempotency-key': 'with space' };
    const { body } = await api.request<Problem>('POST /api/uploads', { ...uploader, body: NEW, headers });
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: 'header:idempotency-key' }] });
  });
});

describe('repeating a creation with its idempotency key', () => {
  const headers = (key: string) => ({ 'idempotency-key': key });
  const create = (key: string) =>
    api.request<Upload & Problem>('POST /api/uploads', {
      ...uploader,
      body: { fileName: 'once.mp4', sizeBytes: 4 },
      headers: headers(key),
    });

  test('reports a complete upload after its bytes arrived, so that no second encode starts', async () => {
    const { body } = await create('arrived');
    await registerSource(api.catalog.database, {
      videoId: body.videoId,
      uploadId: body.id,
      key: `uploads/${body.videoId}/once.mp4`,
    });
    expect((await create('arrived')).body).toMatchObject({ status: 409, code: 'upload_completed' });
  });

  test('reports an expired upload', async () => {
    const { body } = await create('old');
    await api.catalog.database.execute(
      sql`update uploads set expires_at = now() - interval '1 hour' where id = cast(${body.id} as uuid)`,
    );
    expect((await create('old')).body).toMatchObject({ status: 409, code: 'upload_expired' });
  });

  test('reports a canceled upload as not found', async () => {
    const { body } = await create('canceled');
    await api.request(`DELETE /api/uploads/${body.id}`, uploader);
    expect((await create('canceled')).body).toMatchObject({ status: 404, code: 'upload_not_found' });
  });
});

describe('text', () => {
  const NUL = '\0';

  test.each([
    ['POST /api/uploads', { fileName: `a${NUL}`, sizeBytes: 1 }, '/fileName'],
    ['POST /api/uploads', { fileName: 'a', sizeBytes: 1, title: `a${NUL}` }, '/title'],
    ['POST /api/uploads', { fileName: 'a', sizeBytes: 1, description: NUL }, '/description'],
    ['GET /api/videos?search=%00', undefined, '?search'],
  ])('is rejected in %s %j if the catalog cannot store it', async (request, body, pointer) => {
    const response = await api.request<Problem>(request, { ...uploader, ...(body && { body }) });
    expect(response.body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer }] });
  });

  test('has each lone surrogate replaced with U+FFFD', async () => {
    const [half, whole] = ['a\ud83d', 'a\ufffd'];
    const body = { fileName: half, sizeBytes: 1, title: half, description: half };
    const { videoId } = (await api.request<Upload>('POST /api/uploads', { ...uploader, body })).body;
    const video = (await api.request<Video>(`GET /api/videos/${videoId}`, uploader)).body;
    expect(video).toMatchObject({ title: whole, description: whole, source: { fileName: whole } });
    const edited = await api.request<Video>(`PATCH /api/videos/${videoId}`, { ...uploader, body: { title: half } });
    expect(edited.body.title).toBe(whole);
    const refused = await api.request<Problem>(`PATCH /api/videos/${videoId}`, { ...uploader, body: { title: NUL } });
    expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/title' }] });
  });
});

test.each([
  [{ sizeBytes: 1 }, ['/fileName']],
  [{ fileName: '', sizeBytes: 0 }, ['/fileName', '/sizeBytes']],
  [{ fileName: 'a', sizeBytes: 1.5 }, ['/sizeBytes']],
  [{ fileName: 'a', sizeBytes: 2 ** 50 }, ['/sizeBytes']],
  [{ fileName: 'a', sizeBytes: 1, contentType: 'text/html\r\nx: y' }, ['/contentType']],
  [{ fileName: 'a', sizeBytes: 1, visibility: 'everybody', title: ' ' }, ['/title', '/visibility']],
  [{ fileName: 'a', sizeBytes: 1, description: 'x'.repeat(5001) }, ['/description']],
  [[], ['']],
  [null, ['']],
])('rejects the new upload %j and lists its invalid fields', async (body, pointers) => {
  const response = await api.request<Problem>('POST /api/uploads', { ...uploader, body });
  expect(response.body).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(response.body.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(pointers);
});
