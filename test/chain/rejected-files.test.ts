import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { END_CODES } from '../../lambdas/contracts/end-codes.ts';
import { pointerKey } from '../../lambdas/contracts/output-layout.ts';
import { rejectedFiles } from '../support/inputs/rejected-files.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

const secretDirectory = mkdtempSync(join(tmpdir(), 'secret-'));
const secretFile = join(secretDirectory, 'secret.ts');
writeFileSync(secretFile, 'not for viewers');
afterAll(() => rmSync(secretDirectory, { recursive: true }));

const versions = new Map<string, string>();

function keyOf(name: string): string {
  return `bad/${name}.mp4`;
}

// All at once, so that they wait together.
beforeAll(async () => {
  for (const { name, make } of rejectedFiles(secretFile)) versions.set(name, await putSource(sharedCloud(), keyOf(name), await make()));
});

test.each(rejectedFiles(secretFile))('$name is rejected as $refused', async ({ name, refused }) => {
  const cloud = sharedCloud();
  const upload = await waitForEnd(cloud, keyOf(name), versions.get(name) ?? '');

  expect(upload).toMatchObject({ status: 'rejected', code: refused });
  expect(upload.message).toContain(END_CODES[refused].message);
  // Its index is removed after the end, if it played until it was rejected. A pointer that says that nothing plays stays.
  const prefix = `v/${upload.videoId}/`;
  const outputs = async (): Promise<readonly string[]> => {
    const { Contents: objects = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: cloud.outputBucket, Prefix: prefix }));
    return objects.flatMap(({ Key: key = '' }) => (key === pointerKey(upload.videoId) ? [] : [key]));
  };
  while ((await outputs()).length > 0) await sleep(100);
  expect(await outputs()).toEqual([]);
});
