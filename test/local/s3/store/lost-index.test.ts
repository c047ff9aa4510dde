import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { S3 } from '../../../../local/s3/s3.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 's3-'))));
afterEach(() => rmSync(dir, { recursive: true }));

function open(): Promise<S3> {
  return S3.open({ dir, publish: async () => undefined });
}

test.each<[string, (index: string) => void, string]>([
  ['missing', rmSync, 'it is missing, although'],
  ['empty', truncateSync, 'it is empty'],
  [
    'without objects',
    (index) => {
      const connection = new DatabaseSync(index);
      connection.exec('DELETE FROM versions');
      connection.close();
    },
    'it lists no objects, although',
  ],
])('refuses to open objects whose index is %s', async (_name, damage, problem) => {
  const s3 = await open();
  s3.putBucket('bucket');
  await s3.put({ bucket: 'bucket', key: 'key', body: 'bytes' });
  await s3.close();
  const index = join(dir, 'index.sqlite');
  damage(index);
  await expect(open()).rejects.toThrow(`${index} is damaged: ${problem}`);
});

test('opens an empty directory, and one whose objects were all deleted', async () => {
  for (let round = 0; round < 2; round += 1) {
    const s3 = await open();
    s3.putBucket('bucket');
    await s3.put({ bucket: 'bucket', key: 'key', body: 'bytes' });
    await s3.delete({ bucket: 'bucket', key: 'key' });
    await expect(s3.getObject({ bucket: 'bucket', key: 'key' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    await s3.close();
  }
});
