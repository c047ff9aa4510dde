import { sql } from 'drizzle-orm';
import { type CatalogDatabase } from '../../../catalog/database.ts';
import { tombstoneVideo } from '../../../catalog/videos/tombstone-video.ts';
import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { type VideoFilter, selectVideoPage } from '../../../catalog/videos/select-video-page.ts';
import { recordPercent } from '../../../catalog/revisions/record-percent.ts';
import { markDeleted } from '../../../catalog/videos/mark-deleted.ts';
import { supersedeRevision } from '../../../catalog/revisions/end-revision.ts';
import { endWithCode } from '../../../lambdas/chain/end-with-code.ts';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import {
  newVideo,
  registerSource,
  startEncode,
  endedVideo,
  finishEncode,
  readyVideo,
} from '../../support/catalog/test-videos.ts';

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
});

const ADMIN = { id: 'admin', isAdmin: true };

function user(id: string) {
  return { id, isAdmin: false };
}

async function videoOf(videoId: string) {
  return (await findVideo(database, videoId))!;
}

async function statusOf(videoId: string) {
  return (await videoOf(videoId)).video.status;
}

async function listed(viewer: typeof ADMIN, choice: Partial<VideoFilter> = {}) {
  return (await selectVideoPage(database, viewer, { limit: 100, ...choice })).rows.map(({ video }) => video.id);
}

describe('the status of a video', () => {
  test('follows its newest upload, while the playable revision stays until a newer one is ready', async () => {
    const made = await newVideo(database);
    expect(await statusOf(made.videoId)).toBe('uploading');
    const first = await startEncode(database, await registerSource(database, made));
    expect(await statusOf(made.videoId)).toBe('transcoding');
    await finishEncode(database, first);
    expect(await videoOf(made.videoId)).toMatchObject({ video: { status: 'ready' }, playable: { number: 1 } });

    const second = await startEncode(database, await registerSource(database, made));
    expect(await videoOf(made.videoId)).toMatchObject({
      video: { status: 'transcoding' },
      revision: { number: 2 },
      playable: { number: 1 },
    });
    await endWithCode(database, second.revisionId, 'encoder_error');
    expect(await videoOf(made.videoId)).toMatchObject({
      video: { status: 'failed' },
      latest: { code: 'encoder_error' },
      playable: { number: 1 },
      renditions: [{ kind: 'video' }, { kind: 'audio' }],
    });
  });

  test('ignores superseded uploads', async () => {
    const made = await newVideo(database);
    const first = await registerSource(database, made);
    await supersedeRevision(database, first.revisionId);
    // Its successor is in the bucket but not yet registered.
    expect(await statusOf(made.videoId)).toBe('uploaded');
    await endWithCode(database, (await registerSource(database, made)).revisionId, 'not_a_video');
    expect(await statusOf(made.videoId)).toBe('rejected');
  });

  test('is deleted with all its uploads, and a late revision does not revive it', async () => {
    const { videoId, key } = await readyVideo(database);
    await markDeleted(database, { videoId, lastRevision: 1 });
    await tombstoneVideo(database, videoId);
    expect(await videoOf(videoId)).toMatchObject({
      video: { status: 'deleted', title: '' },
      playable: null,
      upload: null,
    });
    const late = await registerSource(database, { videoId, uploadId: '', key });
    expect(await videoOf(videoId)).toMatchObject({ video: { status: 'deleted' }, revision: null });
    expect(late.videoId).toBe(videoId);
    expect(await listed(ADMIN)).not.toContain(videoId);
  });

  test('starts over when a key without an owner is written again after its video was deleted', async () => {
    const upload = { bucket: 'b', key: 'in/again.mp4', etag: 'e', sizeBytes: 1 };
    const { video } = await registerUpload(database, { ...upload, versionId: '1', sequencer: '1' });
    await updateVideo(database, video.id, { visibility: 'public' });
    await markDeleted(database, { videoId: video.id, lastRevision: 1 });
    await tombstoneVideo(database, video.id);
    expect(await statusOf(video.id)).toBe('deleted');
    await registerUpload(database, { ...upload, versionId: '2', sequencer: '2' });
    expect(await videoOf(video.id)).toMatchObject({
      video: { status: 'uploaded', title: 'again', visibility: 'private' },
    });
  });

  test('includes a percentage that only its own attempt increases and the next attempt resets', async () => {
    const { videoId, revisionId, job } = await startEncode(
      database,
      await registerSource(database, await newVideo(database)),
    );
    expect(await recordPercent(database, revisionId, job.attemptId, 40.9)).toBe(true);
    expect(await recordPercent(database, revisionId, job.attemptId, 30)).toBe(false);
    expect(await recordPercent(database, revisionId, 'another0000', 90)).toBe(false);
    expect((await videoOf(videoId)).latest?.percent).toBe(40);
    await database.execute(
      sql`update revisions set attempt_id = 'next00000000' where id = cast(${revisionId} as uuid)`,
    );
    expect((await videoOf(videoId)).latest?.percent).toBeNull();
  });
});

describe('a list', () => {
  test('holds the visible videos, newest first, filtered by status', async () => {
    const [owner, other] = [user('list-owner'), user('list-other')];
    const mine = await readyVideo(database, { owner: owner.id });
    const shared = await newVideo(database, { owner: other.id, visibility: 'shared' });
    const mineToo = await newVideo(database, { owner: owner.id, visibility: 'public' });
    const hidden = await newVideo(database, { owner: other.id });
    expect((await listed(owner)).slice(0, 3)).toEqual([mineToo.videoId, shared.videoId, mine.videoId]);
    expect((await listed(ADMIN)).slice(0, 4)).toEqual([hidden, mineToo, shared, mine].map(({ videoId }) => videoId));
    expect(await listed(user('list-third'))).not.toContain(mine.videoId);
    expect((await listed(owner, { statuses: ['uploading'] })).slice(0, 2)).toEqual([mineToo.videoId, shared.videoId]);
    expect((await listed(owner, { statuses: ['ready'] }))[0]).toBe(mine.videoId);
    const both = { statuses: ['ready', 'uploading', 'ready'], limit: 3 } as const;
    expect(await listed(owner, both)).toEqual([mineToo.videoId, shared.videoId, mine.videoId]);
  });

  test('neither repeats nor omits a video when others are created between pages', async () => {
    const viewer = user('pages');
    const made = [];
    for (let count = 0; count < 5; count += 1) made.unshift((await newVideo(database, { owner: viewer.id })).videoId);
    const seen: string[] = [];
    for (let after: string | undefined, hasMore = true; hasMore;) {
      const page = await selectVideoPage(database, viewer, { statuses: ['uploading'], limit: 2, after });
      const own = page.rows.filter(({ video }) => video.ownerId === viewer.id);
      seen.push(...own.map(({ video }) => video.id));
      after = page.rows.at(-1)?.video.id;
      hasMore = page.hasMore && own.length > 0;
      await newVideo(database, { owner: viewer.id });
    }
    expect(seen).toEqual(made);
  });
});

describe('a search', () => {
  const LESSON = '강의 영상 1부';
  /** Decomposed, as macOS writes file names. */
  const NEW = '새영상'.normalize('NFD');
  const OVERVIEW = 'Überblick über alles';
  const WOOL = '100% wool_socks';
  const QUOTED = String.raw`back\slash 'quote' :name`;
  const STREET = 'Große Straße, ﬁnal ΣΊΣΥΦΟΣ';
  const CITIES = 'İstanbul and ISPARTA';
  const searcher = user('searching');
  beforeAll(async () => {
    for (const title of [LESSON, NEW, OVERVIEW, WOOL, QUOTED, STREET, CITIES]) await newVideo(database, { owner: searcher.id, title });
  });

  test.each([
    ['영상', [LESSON, NEW]],
    ['영', [LESSON, NEW]],
    ['새', [NEW]],
    ['1부 강의', [LESSON]],
    ['ÜBERBLICK', [OVERVIEW]],
    ['über ALLES', [OVERVIEW]],
    ['100%', [WOOL]],
    ['l_s', [WOOL]],
    ['_', [WOOL]],
    ['ｗｏｏｌ', [WOOL]],
    ['STRASSE grosse', [STREET]],
    ['ﬀ', []],
    ['FINAL', [STREET]],
    ['σίσυφος', [STREET]],
    ['istanbul', [CITIES]],
    ['İSTANBUL ısparta', [CITIES]],
    ['\u200b강\u3164의', [LESSON]],
    [String.raw`k\s`, [QUOTED]],
    [':name', [QUOTED]],
    ["'quote", [QUOTED]],
    ['nothing like it', []],
  ])('for %j finds the titles that contain its words', async (search, expected) => {
    const { rows } = await selectVideoPage(database, searcher, { search, limit: 100 });
    const own = rows.filter(({ video }) => video.ownerId === searcher.id).map(({ video }) => video.title);
    expect(own.toSorted()).toEqual(expected.toSorted());
  });
});

test('a video that failed in the encoder keeps the technical data of its file', async () => {
  const { videoId } = await endedVideo(database, 'encoder_error');
  expect(await videoOf(videoId)).toMatchObject({
    latest: { sourceDurationMs: 12_345, durationMs: null },
    playable: null,
  });
});
