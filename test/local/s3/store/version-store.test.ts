import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { makeLocalOrigin } from '../../../../local/s3/store/events.ts';
import { makeDraft } from '../../../../local/s3/store/make-draft.ts';
import { VersionStore, type WriteConditions } from '../../../../local/s3/store/version-store.ts';
import { writeBody } from '../../../../local/s3/store/write-body.ts';

const ORIGIN = makeLocalOrigin('test');

describe('a conditional write', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'version-store-'));
  const store = new VersionStore(dir, async () => undefined);
  beforeAll(() => {
    store.files.start();
    for (const [name, versioning] of [['plain', undefined], ['versioned', 'Enabled']] as const) {
      store.buckets.put(name, { eventBridge: false, corsRules: [], tags: [], lifecycleRules: [], ...(versioning && { versioning }) });
    }
  });
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  const put = (bucket: string, key: string, conditions: WriteConditions, meanwhile: () => Promise<unknown>) =>
    store.withConditions({ bucket, key }, conditions, async (held) => {
      const body = await writeBody(store.files, Readable.from([Buffer.from('film')]), []);
      await meanwhile();
      const details = { headers: {}, metadata: {}, tags: [], storageClass: 'STANDARD' };
      return store.commit(makeDraft({ bucket, key }, details, body), 'PutObject', ORIGIN, held);
    });
  const remove = (bucket: string, key: string, versionId?: string) => store.delete(bucket, key, versionId, ORIGIN);
  const idle = async () => undefined;
  const read = (bucket: string, key: string) => text(store.files.read(store.find(bucket, key).segments, 0, 3));

  test.each(['plain', 'versioned'])('conflicts with a deletion that succeeds before it completes, in a %s bucket', async (bucket) => {
    const conflict = { code: 'ConditionalRequestConflict', status: 409 };
    await expect(put(bucket, 'new', { ifNoneMatch: '*' }, () => remove(bucket, 'new'))).rejects.toMatchObject(conflict);
    expect(() => store.find(bucket, 'new')).toThrow('does not exist');
    const { etag, versionId } = await put(bucket, 'kept', {}, idle);
    const removed = () => remove(bucket, 'kept', bucket === 'plain' ? undefined : versionId);
    await expect(put(bucket, 'kept', { ifMatch: etag }, removed)).rejects.toMatchObject(conflict);
    await put(bucket, 'new', { ifNoneMatch: '*' }, idle);
    expect(await read(bucket, 'new')).toBe('film');
  });

  test('is refused if the object was created again after the deletion', async () => {
    const replaced = async () => {
      await remove('plain', 'again');
      await put('plain', 'again', {}, idle);
    };
    const failed = { code: 'PreconditionFailed', status: 412 };
    await expect(put('plain', 'again', { ifNoneMatch: '*' }, replaced)).rejects.toMatchObject(failed);
  });

  test('does not conflict with the deletion of another key, nor does one without conditions with its own', async () => {
    await put('plain', 'one', { ifNoneMatch: '*' }, () => remove('plain', 'other'));
    await put('plain', 'two', {}, () => remove('plain', 'two'));
    expect([await read('plain', 'one'), await read('plain', 'two')]).toEqual(['film', 'film']);
  });
});
