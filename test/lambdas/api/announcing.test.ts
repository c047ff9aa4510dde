import type { Upload } from '../../../lambdas/contracts/api/upload.ts';
import type { Problem } from '../../../lambdas/contracts/api/problem.ts';
import type { VideoList } from '../../../lambdas/contracts/api/video.ts';
import { type LocalApi, startLocalApi } from './local-api.ts';

let api: LocalApi;
beforeAll(async () => {
  api = await startLocalApi();
}, 60_000);
afterAll(() => api.close());

const uploader = { as: 'uploader' } as const;

describe('an idempotency key', () => {
  const NEW = { fileName: 'once.mp4', sizeBytes: 10, title: 'Once' };
  const videosCalled = async (title: string) =>
    (await api.ask<VideoList>(`GET /api/videos?search=${title}`, uploader)).body.videos.length;

  test('makes one upload of many requests, also of those that come at once', async () => {
    const headers = { 'idempotency-key': 'many' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.ask<Upload & Problem>('POST /api/uploads', { ...uploader, body: NEW, headers })),
    );
    const made = answers.filter(({ status }) => status === 201);
    for (const { body } of answers.filter(({ status }) => status !== 201))
      expect(body).toMatchObject({ code: 'request_in_progress' });
    expect(made.length).toBeGreaterThan(0);
    const again = await api.ask<Upload>('POST /api/uploads', { ...uploader, body: NEW, headers });
    expect(again.status).toBe(201);
    expect(again.headers.get('location')).toBe(`/api/uploads/${made[0]!.body.id}`);
    expect(again.body).toMatchObject({ id: made[0]!.body.id, videoId: made[0]!.body.videoId });
    expect(await videosCalled('Once')).toBe(1);

    const other = await api.ask<Problem>('POST /api/uploads', {
      ...uploader,
      body: { ...NEW, sizeBytes: 11 },
      headers,
    });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    // Of somebody else it is another key.
    expect((await api.ask<Upload>('POST /api/uploads', { as: 'other', body: NEW, headers })).body.id).not.toBe(
      again.body.id,
    );
  });

  test('finds what an attempt made that broke off before it could answer', async () => {
    const headers = { 'idempotency-key': 'broken-off' };
    const body = { ...NEW, title: 'Broken' };
    const { storage } = api.services;
    const dying = Object.create(storage, {
      presignObject: { value: () => Promise.reject(new Error('out of memory')) },
    }) as typeof storage;
    const first = await api.with({ storage: dying }).ask('POST /api/uploads', { ...uploader, body, headers });
    expect(first.status).toBe(500);
    expect((await api.ask('POST /api/uploads', { ...uploader, body, headers })).status).toBe(201);
    expect(await videosCalled('Broken')).toBe(1);
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
])('the announcement %j is refused with what is wrong', async (body, pointers) => {
  const answer = await api.ask<Problem>('POST /api/uploads', { ...uploader, body });
  expect(answer.body).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(answer.body.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(pointers);
});
