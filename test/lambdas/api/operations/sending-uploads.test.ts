import { randomBytes } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { insertUpload } from '../../../../catalog/uploads/insert-upload.ts';
import { uploads } from '../../../../catalog/schema/index.ts';
import type { PartUrls, PresignedRequest, Upload } from '../../../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../../../lambdas/contracts/api/video.ts';
import type { Problem } from '../../../../lambdas/contracts/api/problem.ts';
import { newVideo, registerSource, makeIdle } from '../../../support/catalog/test-videos.ts';
import { type LocalApi, SOURCE_BUCKET, useLocalApi } from '../../../support/api/local-api.ts';

let api: LocalApi;
useLocalApi((started) => void (api = started));

const MIB = 1024 ** 2;
const uploader = { as: 'uploader' } as const;
type Single = Extract<Upload, { method: 'single' }>;
type Multipart = Extract<Upload, { method: 'multipart' }>;

async function createUpload(body: object, headers: Record<string, string> = {}) {
  return (await api.request<Upload>('POST /api/uploads', { ...uploader, body, headers })).body;
}

function complete(id: string, as: 'uploader' | 'other' = 'uploader') {
  return api.request<Video | Problem>(`POST /api/uploads/${id}/complete`, { as });
}

function send(request: PresignedRequest, body: Buffer | string, headers: Record<string, string> = {}) {
  return fetch(request.url, {
    method: request.method,
    body: new Blob([new Uint8Array(Buffer.from(body))]),
    headers: { ...request.headers, ...headers },
  });
}

async function rowOf(uploadId: string) {
  return (await api.catalog.database.select().from(uploads).where(eq(uploads.id, uploadId)))[0]!;
}

async function keyOf(uploadId: string) {
  return (await rowOf(uploadId)).key;
}

describe('a small file', () => {
  const film = randomBytes(1000);
  const SMALL_FILE = {
    fileName: '휴가/발표 "최종"?.mp4',
    sizeBytes: film.length,
    contentType: 'video/mp4',
    visibility: 'shared',
  };

  test('is sent in one request, and is a video as soon as its upload is created', async () => {
    const upload = (await createUpload(SMALL_FILE)) as Single;
    expect(upload).toMatchObject({
      method: 'single',
      sizeBytes: 1000,
      request: { headers: { 'content-type': 'video/mp4' } },
    });
    const { body: before } = await api.request<Video>(`GET /api/videos/${upload.videoId}`, uploader);
    expect(before).toMatchObject({
      uploadId: upload.id,
      title: '발표 "최종"?',
      status: 'uploading',
      visibility: 'shared',
      ownerName: 'uploader@example.com',
      playable: false,
      source: { fileName: '휴가/발표 "최종"?.mp4', sizeBytes: 1000, contentType: 'video/mp4' },
    });
    const { body: toOthers } = await api.request<Video>(`GET /api/videos/${upload.videoId}`, { as: 'viewer' });
    expect(toOthers).toMatchObject({ id: upload.videoId, uploadId: null });
    expect(before.timeline[0]).toMatchObject({ step: 'upload', state: 'running' });

    expect((await complete(upload.id)).body).toMatchObject({ status: 409, code: 'upload_incomplete' });
    expect((await send(upload.request, film)).status).toBe(200);
    const { status, body } = await complete(upload.id);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { id: upload.videoId, status: 'uploaded', uploadId: null },
    });
    expect((await complete(upload.id)).body).toMatchObject({ id: upload.videoId, status: 'uploaded' });

    const stored = await api.s3.client.send(
      new GetObjectCommand({ Bucket: SOURCE_BUCKET, Key: await keyOf(upload.id) }),
    );
    expect(stored.ContentType).toBe('video/mp4');
    expect(Buffer.from(await stored.Body!.transformToByteArray()).equals(film)).toBe(true);
    expect(await keyOf(upload.id)).toBe(`uploads/${upload.videoId}/발표 -최종--.mp4`);
  });

  test('is rejected by the bucket if its size, type or key differs from the presigned request', async () => {
    const { request } = (await createUpload(SMALL_FILE)) as Single;
    const statuses = await Promise.all([
      send(request, film.subarray(1)),
      send(request, Buffer.concat([film, film])),
      send(request, film, { 'content-type': 'text/html' }),
      fetch(request.url.replace('uploads', 'other'), { method: 'PUT', body: film, headers: request.headers }),
      fetch(request.url, { method: 'DELETE' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });

  test('is stored once, however often its request is repeated', async () => {
    const { id, request } = (await createUpload(SMALL_FILE)) as Single;
    expect(request.headers).toEqual({ 'content-type': 'video/mp4', 'if-none-match': '*' });
    expect((await send({ ...request, headers: { 'content-type': 'video/mp4' } }, film)).status).toBe(403);
    expect((await send(request, film)).status).toBe(200);
    expect((await send(request, film)).status).toBe(412);
    expect((await complete(id)).status).toBe(200);
    expect((await send(request, randomBytes(film.length))).status).toBe(412);
    expect((await complete(id)).status).toBe(200);
    const { Versions } = await api.s3.client.send(
      new ListObjectVersionsCommand({ Bucket: SOURCE_BUCKET, Prefix: await keyOf(id) }),
    );
    expect(Versions).toHaveLength(1);
  });

  test('does not complete with an object of another size', async () => {
    const { id } = await createUpload(SMALL_FILE);
    await api.s3.client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: await keyOf(id), Body: 'short' }));
    expect((await complete(id)).body).toMatchObject({ status: 409, code: 'upload_size_wrong' });
  });

  test('is signed again for a client that resumes after its request expired', async () => {
    const { id, videoId } = await createUpload(SMALL_FILE);
    const { body } = await api.request<Single>(`GET /api/uploads/${id}`, uploader);
    expect(body).toMatchObject({ id, videoId, method: 'single' });
    expect((await send(body.request, film)).status).toBe(200);
    expect(
      (await api.request(`POST /api/uploads/${id}/parts`, { ...uploader, body: { partNumbers: [1] } })).status,
    ).toBe(400);
  });
});

describe('a large file', () => {
  test('is sent in parts whose size grows with it', async () => {
    expect(await createUpload({ fileName: 'a.mov', sizeBytes: 64 * MIB })).toMatchObject({ method: 'single' });
    expect(await createUpload({ fileName: 'a.mov', sizeBytes: 64 * MIB + 1 })).toMatchObject({
      partSizeBytes: 16 * MIB,
      partCount: 5,
    });
    expect(await createUpload({ fileName: 'a.mov', sizeBytes: 500 * 1024 ** 3 })).toMatchObject({
      partSizeBytes: 57 * MIB,
      partCount: 8983,
    });
  });

  /** Creates an upload as the API does, with the smallest parts that S3 accepts. */
  const inParts = async (sizeBytes: number): Promise<{ id: string; videoId: string }> => {
    const [id, videoId] = [uuidv7(), uuidv7()];
    const key = `uploads/${videoId}/film.mp4`;
    const begun = await api.s3.client.send(
      new CreateMultipartUploadCommand({ Bucket: SOURCE_BUCKET, Key: key, ContentType: 'video/mp4' }),
    );
    const upload = {
      id,
      videoId,
      owner: { id: 'uploader', name: 'uploader@example.com' },
      bucket: SOURCE_BUCKET,
      key,
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      sizeBytes,
      multipart: { uploadId: begun.UploadId!, partSizeBytes: 5 * MIB },
      title: 'Film',
      description: '',
      visibility: 'private',
    } as const;
    await insertUpload(api.catalog.database, upload, 100);
    return { id, videoId };
  };
  const sign = async (id: string, partNumbers: number[]) =>
    (await api.request<PartUrls & Problem>(`POST /api/uploads/${id}/parts`, { ...uploader, body: { partNumbers } }))
      .body;

  test('accepts parts in any order, resumes after an interruption, and is assembled once', async () => {
    const film = randomBytes(5 * MIB + 1);
    const { id, videoId } = await inParts(film.length);
    const signed = await sign(id, [2, 1]);
    expect(signed.parts.map(({ partNumber }) => partNumber)).toEqual([2, 1]);
    expect((await sign(id, [1, 3])).errors).toEqual([{ pointer: '/partNumbers/1', detail: 'the upload has 2 parts' }]);
    expect((await sign(id, [1, 1])).errors).toEqual([
      { pointer: '/partNumbers/1', detail: 'part 1 is named more than once' },
    ]);
    const [last, first] = signed.parts.map(({ request }) => request);

    expect((await send(last!, film.subarray(0, 2))).status).toBe(403);
    expect((await send(last!, film.subarray(5 * MIB))).status).toBe(200);
    const resumed = await api.request<Multipart>(`GET /api/uploads/${id}`, uploader);
    expect(resumed.body).toMatchObject({ partCount: 2, storedParts: [2] });
    expect((await complete(id)).body).toMatchObject({
      code: 'upload_incomplete',
      detail: 'Parts not yet received: 1.',
    });

    expect((await send(first!, film.subarray(0, 5 * MIB))).status).toBe(200);
    const responses = await Promise.all([complete(id), complete(id)]);
    expect(responses).toMatchObject([
      { status: 200, body: { id: videoId } },
      { status: 200, body: { id: videoId } },
    ]);
    expect((await complete(id)).status).toBe(200);
    const key = await keyOf(id);
    const stored = await api.s3.client.send(new GetObjectCommand({ Bucket: SOURCE_BUCKET, Key: key }));
    expect(Buffer.from(await stored.Body!.transformToByteArray()).equals(film)).toBe(true);
    const { Versions } = await api.s3.client.send(
      new ListObjectVersionsCommand({ Bucket: SOURCE_BUCKET, Prefix: key }),
    );
    expect(Versions).toHaveLength(1);
    expect((await sign(id, [1])).code).toBe('upload_completed');
  });

  const versionsOf = async (Prefix: string) =>
    (await api.s3.client.send(new ListObjectVersionsCommand({ Bucket: SOURCE_BUCKET, Prefix }))).Versions;
  const pendingOf = async (Prefix: string) =>
    (await api.s3.client.send(new ListMultipartUploadsCommand({ Bucket: SOURCE_BUCKET, Prefix }))).Uploads ?? [];
  const sendPart = async (id: string, part: Buffer) => {
    const [signed] = (await sign(id, [1])).parts;
    expect((await send(signed!.request, part)).status).toBe(200);
  };

  test.each([
    [1000, 200, 'with its parts removed', 0],
    [999, 409, 'unless its size differs', 0],
  ])('completes with an object of %i bytes that its key has already (%i), %s', async (sizeBytes, status, _, pending) => {
    const { id } = await inParts(1000);
    await sendPart(id, randomBytes(1000));
    const key = await keyOf(id);
    await api.s3.client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: key, Body: randomBytes(sizeBytes) }));
    expect((await complete(id)).status).toBe(status);
    expect(await versionsOf(key)).toHaveLength(1);
    expect(await pendingOf(key)).toHaveLength(pending);
  });

  test('does not complete with an object of another size that the chain has registered', async () => {
    const { id, videoId } = await inParts(1000);
    await sendPart(id, randomBytes(1000));
    const { key } = await rowOf(id);
    await api.s3.client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: key, Body: randomBytes(999) }));
    await registerSource(api.catalog.database, { uploadId: id, videoId, key });
    expect((await rowOf(id)).completedAt).not.toBeNull();
    for (const _ of [1, 2]) expect((await complete(id)).body).toMatchObject({ code: 'upload_size_wrong' });
    expect(await pendingOf(key)).toEqual([]);
    await api.s3.client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: key, Body: randomBytes(1000) }));
    expect((await complete(id)).status).toBe(200);
  });

  test('needs all parts again, in a new multipart upload, after a conflict with another request', async () => {
    const { id } = await inParts(1000);
    await sendPart(id, randomBytes(1000));
    const { key, multipartUploadId } = await rowOf(id);
    await api.s3.client.send(new DeleteObjectCommand({ Bucket: SOURCE_BUCKET, Key: key }));
    expect((await complete(id)).body).toMatchObject({
      code: 'upload_incomplete',
      detail: 'Another request conflicted with the assembly. Parts not yet received: 1.',
    });
    const [pending, ...others] = await pendingOf(key);
    expect(others).toEqual([]);
    expect(pending?.UploadId).toBe((await rowOf(id)).multipartUploadId);
    expect(pending?.UploadId).not.toBe(multipartUploadId);
    expect((await api.request<Multipart>(`GET /api/uploads/${id}`, uploader)).body.storedParts).toEqual([]);
    await sendPart(id, randomBytes(1000));
    expect((await complete(id)).status).toBe(200);
    expect(await versionsOf(key)).toHaveLength(1);
  });

  test('is reported as complete or expired once the bucket accepts no more parts', async () => {
    const { storage } = api.services;
    const partsOf = async (id: string) => {
      const { key, multipartUploadId } = await rowOf(id);
      return { key, uploadId: multipartUploadId! };
    };
    const resume = async (id: string) => (await api.request(`GET /api/uploads/${id}`, uploader)).body;
    const [put, lost] = [await inParts(1000), await inParts(1000)];
    const [part] = (await sign(put.id, [1])).parts;
    await send(part!.request, randomBytes(1000));
    const parts = await partsOf(put.id);
    // Simulates a function that ends before it updates the catalog.
    await storage.complete(parts, (await storage.listStoredParts(parts))!);
    expect(await resume(put.id)).toMatchObject({ status: 409, code: 'upload_completed' });
    expect((await complete(put.id)).body).toMatchObject({ id: put.videoId, status: 'uploaded' });

    await storage.abort(await partsOf(lost.id));
    expect(await resume(lost.id)).toMatchObject({ status: 409, code: 'upload_expired' });
  });

  test('counts as unfinished only while its client sends requests', async () => {
    const unfinished = async () =>
      (await api.request<{ unfinished: number }>('GET /api/changes', uploader)).body.unfinished;
    const { id, videoId } = await inParts(5 * MIB + 1);
    const active = await unfinished();
    for (const resume of [() => sign(id, [1]), () => api.request(`GET /api/uploads/${id}`, uploader)]) {
      await makeIdle(api.catalog.database, videoId);
      expect(await unfinished()).toBe(active - 1);
      await resume();
      expect(await unfinished()).toBe(active);
    }
  });

  test('leaves neither parts nor a video when canceled', async () => {
    const { id, videoId } = await createUpload({ fileName: 'a.mov', sizeBytes: 65 * MIB });
    const key = await keyOf(id);
    expect((await api.request(`DELETE /api/uploads/${id}`, uploader)).status).toBe(204);
    const { Uploads = [] } = await api.s3.client.send(new ListMultipartUploadsCommand({ Bucket: SOURCE_BUCKET }));
    expect(Uploads.filter(({ Key }) => Key === key)).toEqual([]);
    for (const request of [`GET /api/videos/${videoId}`, `GET /api/uploads/${id}`, `DELETE /api/uploads/${id}`]) {
      expect((await api.request(request, uploader)).status).toBe(404);
    }
  });

  test('leaves nothing when its video is deleted during the upload', async () => {
    const { id, videoId } = await createUpload({ fileName: 'a.mov', sizeBytes: 65 * MIB });
    const key = await keyOf(id);
    expect((await api.request(`DELETE /api/videos/${videoId}`, uploader)).status).toBe(204);
    await api.removeDeleted();
    const { Uploads = [] } = await api.s3.client.send(new ListMultipartUploadsCommand({ Bucket: SOURCE_BUCKET }));
    expect(Uploads.filter(({ Key }) => Key === key)).toEqual([]);
    expect((await api.request(`GET /api/uploads/${id}`, uploader)).status).toBe(404);
  });

  test('cannot be canceled once it is complete', async () => {
    const { uploadId, ...made } = await newVideo(api.catalog.database);
    await registerSource(api.catalog.database, { uploadId, ...made });
    expect((await api.request(`DELETE /api/uploads/${uploadId}`, uploader)).body).toMatchObject({
      code: 'upload_completed',
    });
    expect((await complete(uploadId)).status).toBe(200);
  });

  test('expires if not completed in time', async () => {
    const { id } = await createUpload({ fileName: 'a.mov', sizeBytes: 65 * MIB });
    await api.catalog.database
      .update(uploads)
      .set({ expiresAt: new Date('2020-01-01') })
      .where(eq(uploads.id, id));
    expect((await sign(id, [1])).code).toBe('upload_expired');
    expect((await api.request(`GET /api/uploads/${id}`, uploader)).body).toMatchObject({ code: 'upload_expired' });
  });
});

describe('the owner of an upload', () => {
  test('may continue it; it is not found for others, and admins may see and cancel it', async () => {
    const { id } = await createUpload({ fileName: 'a.mov', sizeBytes: 65 * MIB });
    const sendAs = (request: string, as: 'other' | 'admin' | 'viewer') =>
      api.request(request, { as, ...(request.endsWith('parts') && { body: { partNumbers: [1] } }) });
    const requests = [
      `GET /api/uploads/${id}`,
      `POST /api/uploads/${id}/parts`,
      `POST /api/uploads/${id}/complete`,
      `DELETE /api/uploads/${id}`,
    ];
    const statusesOf = async (as: 'other' | 'admin' | 'viewer') => {
      const statuses = [];
      for (const request of requests) statuses.push((await sendAs(request, as)).status);
      return statuses;
    };
    expect(await statusesOf('viewer')).toEqual([403, 403, 403, 403]);
    expect(await statusesOf('other')).toEqual([404, 404, 404, 404]);
    expect(await statusesOf('admin')).toEqual([200, 404, 404, 204]);
  });
});

test('no presigned URL is logged', async () => {
  await createUpload({ fileName: 'secret.mp4', sizeBytes: 10 });
  expect(api.log.length).toBeGreaterThan(0);
  expect(api.log.join('\n')).not.toMatch(/X-Amz|Signature|Bearer|eyJ/);
});
