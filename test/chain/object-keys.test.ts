import { makeClip } from '../support/clips.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

test.each([
  'with spaces.mp4',
  'a+b&c=d%20e%.mp4',
  `quotes ' " and <angles>.mp4`,
  'any/key 한글.mp4',
  '🎬/été/видео.mp4',
  'empty//parts///inside.mp4',
  '/leading-slash.mp4',
  '../up/./and/..',
  'no-extension',
  '#?;:@,$!*().mp4',
])('an upload with the key %j becomes ready', async (key) => {
  const cloud = sharedCloud();
  const versionId = await putSource(cloud, key, await makeClip('-frames:v', '10', '-t', '0.4'));
  expect(await waitForEnd(cloud, key, versionId)).toMatchObject({ status: 'ready', code: null });
});
