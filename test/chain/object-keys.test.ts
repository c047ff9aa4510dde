import { makeClip } from '../support/clips.ts';
import { OBJECT_KEYS } from '../support/inputs/object-names.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

const versions = new Map<string, string>();

// All at once, so that they wait together.
beforeAll(async () => {
  const clip = await makeClip('-frames:v', '10', '-t', '0.4');
  for (const { key } of OBJECT_KEYS) versions.set(key, await putSource(sharedCloud(), key, clip));
});

test.each(OBJECT_KEYS)('an upload with the key $key becomes ready', async ({ key }) => {
  const upload = await waitForEnd(sharedCloud(), key, versions.get(key) ?? '');
  expect(upload).toMatchObject({ status: 'ready', code: null, warnings: [] });
});
