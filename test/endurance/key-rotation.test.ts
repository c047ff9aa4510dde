import { requestPlayback } from '../../local/cli/play.ts';
import { clip } from '../support/clips.ts';
import { type LaptopCloudHandle, removeState, startLaptopCloud } from '../support/laptop-cloud.ts';
import { connect } from '../support/shared-cloud.ts';
import { put, uploadEnds } from '../support/uploads.ts';

/** Several addresses that one signature opens: a multivariant playlist, a playlist in it, and media in that. */
type Signed = readonly URL[];

let cloud: LaptopCloudHandle | undefined;
let videoId: string;
let signedFirst: Signed;
let signedSecond: Signed;

/** Ends what runs, and deploys the app with this configuration to the same state. */
async function deploy(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const { stateDirectory, port } = running();
  await running().stop();
  cloud = await startLaptopCloud({ stateDirectory, port, env: { CDK_CONTEXT_JSON: JSON.stringify(settings) } });
}

function running(): LaptopCloudHandle {
  if (cloud === undefined) throw new Error('Nothing was deployed');
  return cloud;
}

async function sign(): Promise<Signed> {
  const firstUri = async (playlist: URL): Promise<URL> => {
    const lines = (await (await fetch(playlist)).text()).split('\n');
    return new URL(lines.find((line) => line !== '' && !line.startsWith('#')) ?? '', playlist);
  };
  const multivariant = new URL((await requestPlayback(connect(running().stateDirectory).running, videoId)).hlsUrl);
  const media = await firstUri(multivariant);
  return [multivariant, media, await firstUri(media)];
}

function statuses(signed: Signed): Promise<number[]> {
  return Promise.all(
    signed.map(async (url) => {
      const response = await fetch(url);
      await response.arrayBuffer();
      return response.status;
    }),
  );
}

function keyOf(signed: Signed): Set<string | null> {
  return new Set(signed.map((url) => url.searchParams.get('Key-Pair-Id')));
}

const OPEN = [200, 200, 200];
const REFUSED = [403, 403, 403];

beforeAll(async () => {
  // The configuration as it is, with one generation.
  cloud = await startLaptopCloud();
  const connected = connect(running().stateDirectory);
  ({ videoId } = await uploadEnds(connected, 'clip.mp4', await put(connected, 'clip.mp4', await clip())));
  signedFirst = await sign();
});

afterAll(async () => {
  await cloud?.stop();
  if (cloud !== undefined) await removeState(cloud.stateDirectory);
});

test('before a rotation one key signs everything', async () => {
  expect(keyOf(signedFirst).size).toBe(1);
  expect(await statuses(signedFirst)).toEqual(OPEN);
});

test('first deployment: a key is added, the old one still signs', async () => {
  await deploy({ 'signingKeys.generations': '[1,2]' });
  expect(await statuses(signedFirst)).toEqual(OPEN);
  expect(keyOf(await sign())).toEqual(keyOf(signedFirst));
});

test('second deployment: the new key signs, URLs of the old one still open', async () => {
  await deploy({ 'signingKeys.generations': '[1,2]', 'signingKeys.current': '2' });
  signedSecond = await sign();
  expect(keyOf(signedSecond)).not.toEqual(keyOf(signedFirst));
  expect(await statuses(signedSecond)).toEqual(OPEN);
  expect(await statuses(signedFirst)).toEqual(OPEN);
});

test('third deployment: URLs of the old key are refused, those of the new one open', async () => {
  await deploy({ 'signingKeys.generations': '[2]', 'signingKeys.current': '2' });
  expect(await statuses(signedFirst)).toEqual(REFUSED);
  expect(await statuses(signedSecond)).toEqual(OPEN);
  expect(keyOf(await sign())).toEqual(keyOf(signedSecond));
});
