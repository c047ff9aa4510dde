import { requestPlayback } from '../../local/cli/play.ts';
import { createApiToken } from '../../local/cli/token.ts';
import { playbackSchema } from '../../lambdas/contracts/playback.ts';
import { makeClip } from '../support/clips.ts';
import { type LaptopCloudHandle, removeState, spawnLaptopCloud } from '../support/laptop-cloud.ts';
import { connectTo } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

/**
 * URLs that one key signed: a multivariant playlist, one of its media playlists and a segment of that, by the playback function;
 * a multivariant playlist, by the API; a picture, by the link preview.
 */
type SignedUrls = readonly URL[];

let cloud: LaptopCloudHandle | undefined;
let videoId: string;
let signedFirst: SignedUrls;
let signedSecond: SignedUrls;

/** Stops the laptop cloud, and deploys the app with these settings to the same state. */
async function deploy(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const { stateDirectory, port } = running();
  await running().stop();
  cloud = await spawnLaptopCloud({ stateDirectory, port, env: { CDK_CONTEXT_JSON: JSON.stringify(settings) } });
}

function running(): LaptopCloudHandle {
  if (cloud === undefined) throw new Error('The app is not deployed.');
  return cloud;
}

async function sign(): Promise<SignedUrls> {
  return [...(await signByPlayback()), ...(await signByPages())];
}

async function signByPlayback(): Promise<SignedUrls> {
  const firstUri = async (playlist: URL): Promise<URL> => {
    const lines = (await (await fetch(playlist)).text()).split('\n');
    return new URL(lines.find((line) => line !== '' && !line.startsWith('#')) ?? '', playlist);
  };
  const multivariant = new URL((await requestPlayback(connectTo(running().stateDirectory).running, videoId)).hlsUrl);
  const media = await firstUri(multivariant);
  return [multivariant, media, await firstUri(media)];
}

async function callApi(method: string, path: string, body?: object): Promise<unknown> {
  const { running: outputs } = connectTo(running().stateDirectory);
  const token = await createApiToken(running().stateDirectory, outputs, 'admin', 'admin');
  const response = await fetch(new URL(path, outputs.outputs['PagesUrl']), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** Returns a URL signed by the API, and that of the picture in the link preview. */
async function signByPages(): Promise<SignedUrls> {
  const { hlsUrl } = playbackSchema.parse(await callApi('GET', `/api/videos/${videoId}/playback`));
  const page = await fetch(new URL(`/videos/${videoId}`, hlsUrl));
  const [, picture = ''] = /property="og:image" content="([^"]+)"/.exec(await page.text()) ?? [];
  return [new URL(hlsUrl), new URL(picture.replaceAll('&amp;', '&'))];
}

function statuses(signed: SignedUrls): Promise<number[]> {
  return Promise.all(
    signed.map(async (url) => {
      const response = await fetch(url);
      await response.arrayBuffer();
      return response.status;
    }),
  );
}

function keysOf(signed: SignedUrls): Set<string | null> {
  return new Set(signed.map((url) => url.searchParams.get('Key-Pair-Id')));
}

const SERVED = [200, 200, 200, 200, 200];
const REFUSED = [403, 403, 403, 403, 403];

beforeAll(async () => {
  // The default configuration has one generation.
  cloud = await spawnLaptopCloud();
  const connected = connectTo(running().stateDirectory);
  ({ videoId } = await waitForEnd(connected, 'clip.mp4', await putSource(connected, 'clip.mp4', await makeClip())));
  // Only a public video has a preview.
  await callApi('PATCH', `/api/videos/${videoId}`, { visibility: 'public' });
  signedFirst = await sign();
});

afterAll(async () => {
  await cloud?.stop();
  if (cloud !== undefined) await removeState(cloud.stateDirectory);
});

test('one key signs all URLs before a rotation', async () => {
  expect(keysOf(signedFirst).size).toBe(1);
  expect(await statuses(signedFirst)).toEqual(SERVED);
});

test('the old key still signs after the deployment that adds a new one', async () => {
  await deploy({ 'signingKeys.generations': '[1,2]' });
  expect(await statuses(signedFirst)).toEqual(SERVED);
  expect(keysOf(await sign())).toEqual(keysOf(signedFirst));
});

test('the new key signs after the second deployment, and URLs of the old key are still served', async () => {
  await deploy({ 'signingKeys.generations': '[1,2]', 'signingKeys.current': '2' });
  signedSecond = await sign();
  expect(keysOf(signedSecond)).not.toEqual(keysOf(signedFirst));
  expect(await statuses(signedSecond)).toEqual(SERVED);
  expect(await statuses(signedFirst)).toEqual(SERVED);
});

test('URLs of the old key are refused after the third deployment, and those of the new key are served', async () => {
  await deploy({ 'signingKeys.generations': '[2]', 'signingKeys.current': '2' });
  expect(await statuses(signedFirst)).toEqual(REFUSED);
  expect(await statuses(signedSecond)).toEqual(SERVED);
  expect(keysOf(await sign())).toEqual(keysOf(signedSecond));
});
