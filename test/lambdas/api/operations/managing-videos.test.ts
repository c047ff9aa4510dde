import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { recordPercent } from '../../../../catalog/revisions/record-percent.ts';
import { registerUpload } from '../../../../catalog/revisions/register-upload.ts';
import type { Problem } from '../../../../lambdas/contracts/api/problem.ts';
import { encodePrefix } from '../../../../lambdas/contracts/output-layout.ts';
import type { Playback } from '../../../../lambdas/contracts/playback.ts';
import {
  newVideo,
  registerSource,
  startEncode,
  type EncodingTestVideo,
  endedVideo,
  finishEncode,
  readyVideo,
} from '../../../support/catalog/test-videos.ts';
import { EDGE_URL, type LocalApi, OUTPUT_BUCKET, SOURCE_BUCKET, useLocalApi } from '../../../support/api/local-api.ts';
import type { TestUser } from '../../../support/api/token-issuer.ts';
import { TIMELINE_STEPS, type Video } from '../../../../lambdas/contracts/api/video.ts';
import { STEPS } from '../../../../lambdas/contracts/steps.ts';

const MISSING_ID = '01890000-0000-7000-8000-000000000000';

let api: LocalApi;
let database: LocalApi['catalog']['database'];
useLocalApi((started) => {
  api = started;
  ({ database } = api.catalog);
});

async function get(videoId: string, as: TestUser = 'uploader') {
  return (await api.request<Video>(`GET /api/videos/${videoId}`, { as })).body;
}

describe('access', () => {
  const CALLERS = [undefined, 'viewer', 'other', 'uploader', 'admin'] as const;

  test.each([
    ['private', [404, 404, 404, 200, 200], [401, 404, 404, 200, 200]],
    ['shared', [404, 200, 200, 200, 200], [401, 403, 403, 200, 200]],
    ['public', [200, 200, 200, 200, 200], [401, 403, 403, 200, 200]],
  ] as const)('to a %s video follows role and ownership', async (visibility, seen, changed) => {
    const { videoId } = await readyVideo(database, { visibility });
    for (const [index, as] of CALLERS.entries()) {
      const options = as === undefined ? {} : { as };
      const view = await api.request<Video>(`GET /api/videos/${videoId}`, options);
      const playback = await api.request<Playback>(`GET /api/videos/${videoId}/playback`, options);
      const edit = await api.request(`PATCH /api/videos/${videoId}`, { ...options, body: { description: `By ${as}` } });
      expect([as, view.status, playback.status, edit.status]).toEqual([as, seen[index], seen[index], changed[index]]);
      expect(view.body.editable ?? false).toBe(changed[index] === 200);
    }
  });

  test('to a video that was not uploaded through the API is limited to admins until they share it', async () => {
    const upload = {
      bucket: SOURCE_BUCKET,
      key: 'in/from elsewhere.mp4',
      versionId: '1',
      etag: 'e',
      sequencer: '1',
      sizeBytes: 5,
    };
    const { video } = await registerUpload(database, upload);
    expect((await api.request(`GET /api/videos/${video.id}`, { as: 'uploader' })).status).toBe(404);
    expect(await get(video.id, 'admin')).toMatchObject({
      title: 'from elsewhere',
      ownerName: null,
      editable: true,
      source: { fileName: 'from elsewhere.mp4', sizeBytes: 5 },
    });
    await api.request(`PATCH /api/videos/${video.id}`, { as: 'admin', body: { visibility: 'shared' } });
    expect(await get(video.id)).toMatchObject({ visibility: 'shared', editable: false });
  });

  test('shows a public video without the sign-in name of its owner to a signed-out visitor', async () => {
    const { videoId } = await readyVideo(database, { owner: 'uploader', visibility: 'public' });
    const { body } = await api.request<Video>(`GET /api/videos/${videoId}`);
    expect(body).toMatchObject({ id: videoId, ownerName: null });
    expect(JSON.stringify(body)).not.toContain('uploader');
    expect(await get(videoId, 'viewer')).toMatchObject({ ownerName: 'uploader@example.com' });
  });

  test('of a former uploader is limited to viewing their videos', async () => {
    const { videoId } = await readyVideo(database, { owner: 'formerly' });
    const token = await api.token({ sub: 'formerly' });
    expect((await api.request<Video>(`GET /api/videos/${videoId}`, { token })).body).toMatchObject({
      id: videoId,
      editable: false,
    });
    expect((await api.request(`DELETE /api/videos/${videoId}`, { token })).status).toBe(403);
  });

  test('to the sign-in settings is public, and the session returns name and role', async () => {
    expect((await api.request('GET /api/session', { as: 'uploader' })).body).toEqual({
      id: 'uploader',
      name: 'uploader@example.com',
      role: 'uploader',
    });
    expect((await api.request('GET /api/sign-in')).body).toEqual(api.services.signIn);
  });
});

describe('a video', () => {
  test('shows its progress from upload to playback', async () => {
    const states = async (videoId: string) => (await get(videoId)).timeline.map(({ state }) => state).join(' ');
    const made = await newVideo(database);
    expect(await states(made.videoId)).toBe(`running waiting waiting ${STEPS.map(() => 'waiting').join(' ')} waiting`);
    const arrived = await registerSource(database, made);
    expect(await states(made.videoId)).toBe(`done running waiting ${STEPS.map(() => 'waiting').join(' ')} waiting`);
    const encoding = await startEncode(database, arrived);
    await recordPercent(database, encoding.revisionId, encoding.job.attemptId, 42);
    expect(await get(made.videoId)).toMatchObject({
      status: 'transcoding',
      percent: 42,
      playable: false,
      posterUrl: null,
      durationMs: 12_345,
      source: {
        container: 'isobmff',
        video: { codec: 'AVC', width: 1920, frameRate: 30_000 / 1001 },
        audio: [{ language: 'kor' }],
      },
    });
    await finishEncode(database, encoding);
    const video = await get(made.videoId);
    expect(video).toMatchObject({
      status: 'ready',
      percent: null,
      playable: true,
      durationMs: 12_000,
      revision: 1,
      priceUsd: 0.015,
      renditions: [
        { name: 'index_720p.cmfv', height: 720 },
        { kind: 'audio', language: 'kor' },
      ],
    });
    expect(video.timeline.map(({ state }) => state)).toEqual(TIMELINE_STEPS.filter((step) => step !== 'playable').map(() => 'done'));
    expect(video.posterUrl).toContain(`${EDGE_URL}/${prefixOf(encoding)}poster.jpg?`);
  });

  test('that was rejected explains why and cannot be retried', async () => {
    const { videoId } = await endedVideo(database, 'no_video_track');
    expect(await get(videoId)).toMatchObject({
      status: 'rejected',
      code: 'no_video_track',
      message: expect.stringContaining('no video track'),
    });
    expect((await api.request(`POST /api/videos/${videoId}/retry`, { as: 'uploader' })).body).toMatchObject({
      code: 'not_failed',
    });
  });

  test('that failed is retried, once for each idempotency key', async () => {
    const { videoId, revisionId } = await endedVideo(database, 'encoder_error');
    const headers = { 'idempotency-key': 'again' };
    const retry = () => api.request<Video>(`POST /api/videos/${videoId}/retry`, { as: 'uploader', headers });
    expect(await retry()).toMatchObject({ status: 202, body: { id: videoId, status: 'uploaded', code: null } });
    expect(await retry()).toMatchObject({ status: 202, body: { id: videoId, status: 'uploaded' } });
    expect(api.retries.filter((sent) => sent.revisionId === revisionId)).toHaveLength(1);
  });

  test('accepts changes of its title, description and visibility independently', async () => {
    const { videoId } = await readyVideo(database, { title: 'Before' });
    const edit = <Body = Video>(body: object) =>
      api.request<Body>(`PATCH /api/videos/${videoId}`, { as: 'uploader', body });
    expect((await edit({ title: '  제목  ' })).body).toMatchObject({
      title: '제목',
      description: '',
      visibility: 'private',
    });
    expect((await edit({ description: 'More', visibility: 'public' })).body).toMatchObject({
      title: '제목',
      description: 'More',
      visibility: 'public',
    });
    expect((await edit({ description: '' })).body).toMatchObject({ description: '' });
    expect((await edit<Problem>({})).body.errors).toEqual([{ pointer: '', detail: 'must contain a field to change' }]);
    expect(
      (await edit<Problem>({ title: 'x'.repeat(201), visibility: 'all' })).body.errors?.map(({ pointer }) => pointer),
    ).toEqual(['/title', '/visibility']);
  });

  test('leaves nothing in either bucket or the API after its deletion', async () => {
    const made = await newVideo(database);
    const { VersionId } = await api.s3.client.send(
      new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: made.key, Body: 'film' }),
    );
    const { revision } = await registerUpload(database, {
      bucket: SOURCE_BUCKET,
      key: made.key,
      versionId: VersionId!,
      etag: 'e',
      sequencer: 'ff',
      sizeBytes: 4,
    });
    const encoding = await finishEncode(database, await startEncode(database, { ...made, revisionId: revision.id }));
    await api.s3.client.send(
      new PutObjectCommand({ Bucket: OUTPUT_BUCKET, Key: `${prefixOf(encoding)}index.m3u8`, Body: 'x' }),
    );
    const remove = () => api.request(`DELETE /api/videos/${made.videoId}`, { as: 'uploader' });
    expect((await remove()).status).toBe(204);
    await api.removeDeleted();
    for (const [Bucket, Prefix] of [
      [SOURCE_BUCKET, made.key],
      [OUTPUT_BUCKET, `v/${made.videoId}/`],
    ]) {
      const { Versions = [], DeleteMarkers = [] } = await api.s3.client.send(
        new ListObjectVersionsCommand({ Bucket, Prefix }),
      );
      expect([...Versions, ...DeleteMarkers]).toEqual([]);
    }
    for (const request of ['GET', 'PATCH', 'POST'].map(
      (method) => `${method} /api/videos/${made.videoId}${method === 'POST' ? '/retry' : ''}`,
    )) {
      const body = request.startsWith('PATCH') ? { body: { title: 'x' } } : {};
      expect((await api.request(request, { as: 'uploader', ...body })).status).toBe(404);
    }
    // Its owner may repeat the deletion.
    expect((await remove()).status).toBe(204);
    expect((await api.request(`DELETE /api/videos/${made.videoId}`, { as: 'other' })).status).toBe(404);
  });

  test('deleted before its object was registered is removed with the object', async () => {
    const made = await newVideo(database);
    await api.s3.client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: made.key, Body: 'x'.repeat(1000) }));
    await api.request(`POST /api/uploads/${made.uploadId}/complete`, { as: 'uploader' });
    expect((await api.request(`DELETE /api/videos/${made.videoId}`, { as: 'uploader' })).status).toBe(204);
    expect((await api.request(`GET /api/videos/${made.videoId}`, { as: 'uploader' })).status).toBe(404);
    await api.removeDeleted();
    const { Versions = [] } = await api.s3.client.send(
      new ListObjectVersionsCommand({ Bucket: SOURCE_BUCKET, Prefix: made.key }),
    );
    expect(Versions).toEqual([]);
    expect((await api.request(`GET /api/videos/${made.videoId}`, { as: 'uploader' })).status).toBe(404);
  });

  test('is not found by a malformed id', async () => {
    for (const [id, code] of [['x', 'video_not_found'], [`${MISSING_ID}0`, 'video_not_found'], ["'; drop table videos; --", 'not_found']] as const) {
      const { body } = await api.request(`GET /api/videos/${encodeURIComponent(id)}`, { as: 'admin' });
      expect(body).toMatchObject({ status: 404, code });
    }
  });
});

function prefixOf({ videoId, job }: EncodingTestVideo): string {
  return encodePrefix({ videoId, revision: 1, attemptId: job.attemptId });
}
