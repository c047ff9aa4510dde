import { eq, sql } from 'drizzle-orm';
import { videos } from '../../../../catalog/schema/index.ts';
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

  const create = (body: object) => api.request<Upload & Problem>('POST /api/uploads', { ...uploader, body });
  const createdFrom = async (body: object) => {
    const { videoId } = (await create({ sizeBytes: 1, ...body })).body;
    return (await api.request<Video>(`GET /api/videos/${videoId}`, uploader)).body;
  };

  test('has lone surrogates replaced in a file name, and is refused elsewhere', async () => {
    const half = 'a\ud83d';
    expect(await createdFrom({ fileName: half })).toMatchObject({ title: 'a\ufffd', source: { fileName: 'a\ufffd' } });
    const { body } = await create({ fileName: 'a', sizeBytes: 1, title: half, description: half });
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/title' }, { pointer: '/description' }] });
  });

  test('that reorders what follows is rejected with its place, unless it is a name, whose title loses it', async () => {
    const title = '🎬 a\u202Egpj.exe';
    const { body } = await create({ fileName: 'a', sizeBytes: 1, title, description: '\u2066a' });
    const fault = (name: string, position: number) =>
      `must not contain ${name}, which changes the direction of the text after it; it is character ${position}`;
    expect(body).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/title', detail: fault('U+202E', 4) },
        { pointer: '/description', detail: fault('U+2066', 1) },
      ],
    });
    const created = await createdFrom({ fileName: 'a\u202Ex\u2069.mp4' });
    expect(created).toMatchObject({ title: 'ax', source: { fileName: 'a\u202Ex\u2069.mp4' } });
    const refused = await api.request<Problem>(`PATCH /api/videos/${created.id}`, { ...uploader, body: { title } });
    expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/title' }] });
    const marked = { title: 'א\u200Ea\u200F', description: '\u200Ea\u061C' };
    const kept = await api.request<Video>(`PATCH /api/videos/${created.id}`, { ...uploader, body: marked });
    expect(kept.body).toMatchObject(marked);
  });

  test('that contains control characters is rejected with their place, unless it is a name, and is shown without them', async () => {
    const { body } = await create({ fileName: 'a', sizeBytes: 1, title: '🎬\n', description: 'a\tb\r\n\u2028' });
    const fault = (name: string, position: number) =>
      `must not contain the control character ${name}; it is character ${position}`;
    expect(body).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/title', detail: fault('U+000A', 2) },
        { pointer: '/description', detail: fault('U+2028', 6) },
      ],
    });
    const created = await createdFrom({ fileName: 'a\u0007\u{E0061}b.mp4', description: 'a\tb\r\nc' });
    expect(created).toMatchObject({ title: 'a b', description: 'a\tb\nc' });
    // An earlier version, or an operator, stored these.
    const stored = { title: 'a\u001b[31mb', description: 'a\u2028b\nc' };
    await api.catalog.database.update(videos).set(stored).where(eq(videos.id, created.id));
    const shown = await api.request<Video>(`GET /api/videos/${created.id}`, uploader);
    expect(shown.body).toMatchObject({ title: 'a[31mb', description: 'ab\nc' });
  });

  test('is composed, whatever the form in which it arrived', async () => {
    const text = 'Café 강의';
    const decomposed = text.normalize('NFD');
    const created = await createdFrom({ fileName: `${decomposed}.mp4` });
    expect(created).toMatchObject({ title: text, source: { fileName: `${text}.mp4` } });
    const change = { title: decomposed, description: `\n${decomposed} ` };
    const edited = await api.request<Video>(`PATCH /api/videos/${created.id}`, { ...uploader, body: change });
    expect(edited.body).toMatchObject({ title: text, description: text });
  });

  test.each([
    ['200 emoji', '🎬'.repeat(200)],
    ['200 syllables in 600 characters', '한'.repeat(200).normalize('NFD')],
    ['200 letters between spaces', ` ${'x'.repeat(200)} `],
  ])('of the maximum length is kept whole: %s', async (_name, title) => {
    expect(await createdFrom({ fileName: 'a', title })).toMatchObject({ title: title.normalize('NFC').trim() });
  });

  test.each([
    ['longer than 200 characters', '🎬'.repeat(201)],
    ['of zero-width spaces', '\u200b\u200b'],
    ['of a Hangul filler', '\u3164'],
    ['of combining marks', '\u0301'],
    ['of direction marks', '\u200e\u200f'],
    ['of spaces', ' \u3000 '],
    ['empty', ''],
  ])('is refused as a title if it is %s', async (_name, title) => {
    const { body } = await create({ fileName: 'a', sizeBytes: 1, title });
    expect(body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer: '/title' }] });
    expect(body.errors).toHaveLength(1);
  });
});

test.each(['.DS_Store', '._movie.mp4', 'Thumbs.db', '__MACOSX/movie.mp4', 'desktop.ini', 'folder/'])(
  'refuses %j, which no video has as its name, without a video or a held idempotency key',
  async (fileName) => {
    const headers = { 'idempotency-key': 'system' };
    const count = async () => (await api.request<VideoList>('GET /api/videos?limit=100', uploader)).body.videos.length;
    const before = await count();
    const { status, body } = await api.request<Problem>('POST /api/uploads', { ...uploader, body: { fileName, sizeBytes: 10 }, headers });
    expect([status, body.code]).toEqual([422, 'system_file']);
    expect(await count()).toBe(before);
  },
);

test.each([
  [{ sizeBytes: 1 }, ['/fileName']],
  [{ fileName: '', sizeBytes: 0 }, ['/fileName', '/sizeBytes']],
  [{ fileName: 'a', sizeBytes: 1.5 }, ['/sizeBytes']],
  [{ fileName: 'a', sizeBytes: 2 ** 50 }, ['/sizeBytes']],
  [{ fileName: 'a', sizeBytes: 1, contentType: 'text/html\r\nx: y' }, ['/contentType']],
  [{ fileName: 'a', sizeBytes: 1, visibility: 'everybody', title: ' ' }, ['/title', '/visibility']],
  [{ fileName: 'a', sizeBytes: 1, description: 'x'.repeat(5001) }, ['/description']],
  [{ fileName: 'a', sizeBytes: 1, visiblity: 'public', 'a/b~c': 1, __proto__: null }, ['/a~1b~0c', '/visiblity']],
  [[], ['']],
  [null, ['']],
])('rejects the new upload %j and lists its invalid fields', async (body, pointers) => {
  const response = await api.request<Problem>('POST /api/uploads', { ...uploader, body });
  expect(response.body).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(response.body.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(pointers);
});
