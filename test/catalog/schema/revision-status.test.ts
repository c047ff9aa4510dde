import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import { revisions, videos } from '../../../catalog/schema/index.ts';
import { sqlStateOf } from '../../../catalog/sql-state.ts';
import { REVISION_STATUSES, TRANSITIONS, type RevisionStatus } from '../../../catalog/schema/revision-status.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CHECK_VIOLATION = '23514';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started));

async function newVideo(): Promise<string> {
  const id = uuidv7();
  await catalog.database.insert(videos).values({ id, bucket: 'source', key: id, title: id });
  return id;
}

/** Inserts a revision in any status, bypassing the trigger. */
async function revisionIn(status: RevisionStatus, videoId: string, number: number): Promise<string> {
  const id = uuidv7();
  const { database } = catalog;
  await database.transaction(async (transaction) => {
    await transaction.execute(sql`set local session_replication_role = replica`);
    await transaction.insert(revisions).values({ id, videoId, number, versionId: id, status, code: 'encoder_error' });
  });
  return id;
}

async function stateOf(statement: Promise<unknown>): Promise<string | undefined> {
  try {
    await statement;
    return undefined;
  } catch (error) {
    return sqlStateOf(error) ?? String(error);
  }
}

test('the database allows exactly the transitions of the status machine', async () => {
  const videoId = await newVideo();
  const accepted: string[] = [];
  const expected: string[] = [];
  const refusals = new Set<string>();
  let number = 0;
  for (const from of REVISION_STATUSES) {
    for (const to of REVISION_STATUSES) {
      const id = await revisionIn(from, videoId, ++number);
      const state = await stateOf(catalog.database.update(revisions).set({ status: to }).where(eq(revisions.id, id)));
      if (state === undefined) accepted.push(`${from} → ${to}`);
      else refusals.add(state);
      if (from === to || TRANSITIONS[from].includes(to)) expected.push(`${from} → ${to}`);
    }
  }
  expect(accepted).toEqual(expected);
  expect([...refusals]).toEqual([CHECK_VIOLATION]);
});

test('a revision can only begin as uploading, uploaded or superseded', async () => {
  const videoId = await newVideo();
  const beginnings: RevisionStatus[] = [];
  for (const [index, status] of REVISION_STATUSES.entries()) {
    const id = uuidv7();
    const values = { id, videoId, number: index + 1, versionId: id, status, code: 'encoder_error' };
    if ((await stateOf(catalog.database.insert(revisions).values(values))) === undefined) beginnings.push(status);
  }
  expect(beginnings).toEqual(['uploading', 'uploaded', 'superseded']);
});

test('the current revision moves only forward, and only to a ready revision of the same video', async () => {
  const { database } = catalog;
  const videoId = await newVideo();
  const first = await revisionIn('ready', videoId, 1);
  const second = await revisionIn('ready', videoId, 2);
  const unready = await revisionIn('processing', videoId, 3);
  const foreign = await revisionIn('ready', await newVideo(), 9);
  const point = (to: string | null) =>
    stateOf(database.update(videos).set({ currentRevisionId: to }).where(eq(videos.id, videoId)));

  expect(await point(foreign)).toBe(CHECK_VIOLATION);
  expect(await point(unready)).toBe(CHECK_VIOLATION);
  expect(await point(first)).toBeUndefined();
  expect(await point(second)).toBeUndefined();
  expect(await point(second)).toBeUndefined();
  expect(await point(first)).toBe(CHECK_VIOLATION);
  expect(await point(null)).toBe(CHECK_VIOLATION);
  const [video] = await database.select().from(videos).where(eq(videos.id, videoId));
  expect(video?.currentRevisionId).toBe(second);
});

test('a revision cannot change its upload, number or video', async () => {
  const { revision } = await registerUpload(catalog.database, {
    bucket: 'source',
    key: 'identity.mp4',
    versionId: 'v1',
    etag: 'e1',
    sequencer: '1',
    sizeBytes: 1,
  });
  for (const change of [{ versionId: 'v2' }, { number: 7 }, { videoId: await newVideo() }]) {
    const update = catalog.database.update(revisions).set(change).where(eq(revisions.id, revision.id));
    expect(await stateOf(update)).toBe(CHECK_VIOLATION);
  }
});
