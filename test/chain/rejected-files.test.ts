import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { END_CODES } from '../../lambdas/contracts/end-codes.ts';
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
  const { KeyCount: outputs } = await cloud.s3.send(
    new ListObjectsV2Command({ Bucket: cloud.outputBucket, Prefix: `v/${upload.videoId}/` }),
  );
  expect(outputs).toBe(0);
});
