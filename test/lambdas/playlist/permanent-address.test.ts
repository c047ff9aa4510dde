import { randomUUID } from 'node:crypto';
import { indexKey, pointerKey } from '../../../lambdas/contracts/output-layout.ts';
import type { Pointer } from '../../../lambdas/contracts/pointer.ts';
import { makeClip } from '../../support/clips.ts';
import { SLOW_DOWN } from '../../support/local/faulty-proxy.ts';
import { dashAddresses, hlsAddresses } from '../../support/media/playlist-references.ts';
import { COPY, makeIndex, NATIVE, PlaylistService } from '../../support/playlist-service.ts';

const EDGE = 'https://edge.example';
const SOURCE = { kind: 'source', revision: 1 } as const;
const ENCODE = { kind: 'encode', revision: 1, attemptId: 'attempt00' } as const;
const PLAYLISTS = {
  'index.m3u8': '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CLOSED-CAPTIONS=NONE\nindex_180p.m3u8\n',
  'index.mpd': '<MPD><Period><Representation id="a"><BaseURL>index_180p.cmfv</BaseURL></Representation></Period></MPD>',
};

let service: PlaylistService;
let index: Uint8Array;
beforeAll(async () => {
  // Key frames every second, so that segments of two seconds begin with one.
  const clip = await makeClip('-t', '2', '-g', '25', '-metadata:s:a:0', 'language=eng');
  [service, index] = await Promise.all([PlaylistService.start(), makeIndex(clip, 1)]);
});
afterAll(() => service.storage.close());
afterEach(() => {
  service.storage.proxy.reset();
  service.requested.splice(0);
});

/** Makes a video with a pointer, an index and an encode, but for what is left out. */
async function makeVideo(pointer: Partial<Pointer> | undefined, { hasIndex = true, hasEncode = true } = {}) {
  const videoId = randomUUID();
  if (pointer !== undefined) await service.point(videoId, pointer);
  if (hasIndex) await service.putIndex(videoId, 1, index);
  if (hasEncode) await service.putEncode(videoId, 1, PLAYLISTS);
  return { videoId, hls: `/v/${videoId}/index.m3u8`, mpd: `/v/${videoId}/index.mpd`, revision: `/v/${videoId}/1` };
}

test.each([
  ['an encode', ENCODE, 'attempt00'],
  ['a source', SOURCE, 'mp4hls'],
])('plays %s at the permanent address, with the same references as at its own', async (_, target, folder) => {
  const { hls, mpd, revision } = await makeVideo({ target });
  for (const [path, addressesOf] of [[hls, hlsAddresses], [mpd, dashAddresses]] as const) {
    const own = path.replace(/.*(?=index)/, `${revision}/${folder}/`);
    const [permanent, atItsOwn] = [await service.fetch(path), await service.fetch(own)];
    expect([permanent.status, atItsOwn.status]).toEqual([200, 200]);
    const addresses = addressesOf(permanent.text, `${EDGE}${path}`);
    expect(addresses).toEqual(addressesOf(atItsOwn.text, `${EDGE}${own}`));
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toContain(`${EDGE}${revision}/${folder}/`);
    for (const address of addresses) expect(address).toContain(NATIVE);
  }
});

test('signs the playlists of a source for the viewer, and the segments in them', async () => {
  const { hls, revision } = await makeVideo({ target: SOURCE });
  const { text } = await service.fetch(hls);
  expect(text.split('\n').filter((line) => line.includes('.m3u8'))).toEqual([
    expect.stringContaining(`URI="1/mp4hls/fmp4-2.m3u8?${NATIVE}&t=${COPY}"`),
    `1/mp4hls/fmp4-1.m3u8?${NATIVE}&t=${COPY}`,
  ]);
  const media = await service.fetch(`${revision}/mp4hls/fmp4-1.m3u8`);
  expect(hlsAddresses(media.text, `${EDGE}${revision}/mp4hls/fmp4-1.m3u8`)).toEqual(
    ['init.mp4', '0.m4s', '1.m4s'].map((name) => `${EDGE}${revision}/mp4hls/fmp4-1_${name}?${NATIVE}`),
  );
});

test('follows the pointer from the source to the encode within its bound', async () => {
  const { videoId, hls } = await makeVideo({ target: SOURCE });
  expect((await service.fetch(hls)).text).toContain('mp4hls');
  await service.point(videoId, { number: 2, target: ENCODE, previous: SOURCE });
  service.later();
  expect((await service.fetch(hls)).text).toContain('1/attempt00/index_180p.m3u8');
});

test.each([
  ['a tombstone', { target: null }],
  ['a tombstone that names what played before', { target: null, previous: SOURCE }],
  ['no pointer', undefined],
])('refuses a video with %s', async (_, pointer) => {
  const { hls, mpd } = await makeVideo(pointer);
  expect((await service.fetch(hls)).status).toBe(403);
  expect(await service.fetch(mpd)).toEqual({ status: 403, text: 'Forbidden\n' });
  expect(service.requested).toEqual([]);
});

test('refuses a withdrawn video once the kept pointer is checked, and its own playlists too', async () => {
  const { videoId, hls, revision } = await makeVideo({ target: SOURCE });
  const paths = [hls, `${revision}/mp4hls/index.m3u8`, `${revision}/mp4hls/fmp4-1.m3u8`, `${revision}/attempt00/index.m3u8`];
  for (const path of paths) expect((await service.fetch(path)).status).toBe(200);
  await service.point(videoId, { number: 2 });
  await service.storage.unpublish(indexKey({ videoId, revision: 1 }));
  await service.storage.unpublish(`v/${videoId}/1/attempt00/index.m3u8`);
  service.later();
  for (const path of paths) expect((await service.fetch(path)).status).toBe(403);
});

test.each([
  ['an encode', ENCODE, SOURCE, { hasEncode: false }, 'mp4hls', 0],
  ['the index of a source', SOURCE, ENCODE, { hasIndex: false }, 'attempt00', 1],
] as const)('plays the previous target while %s is missing', async (_, target, previous, objects, folder, requests) => {
  const { hls, mpd } = await makeVideo({ target, previous }, objects);
  for (const path of [hls, mpd]) {
    const { status, text } = await service.fetch(path);
    expect([status, text]).toEqual([200, expect.stringContaining(`1/${folder}/`)]);
  }
  expect(service.requested).toHaveLength(2 * requests);
});

test('refuses a video whose encode is missing, if it has no previous target', async () => {
  const { hls } = await makeVideo({ target: ENCODE }, { hasEncode: false });
  expect((await service.fetch(hls)).status).toBe(403);
});

test.each([
  ['missing', async () => undefined],
  ['of an older version', async (videoId: string) => service.putIndex(videoId, 1, index.with(4, 1))],
  ['damaged', async (videoId: string) => service.putIndex(videoId, 1, index.slice(0, -1))],
])('asks a player to try again, and for the index to be made, while the index is %s', async (_, prepare) => {
  const { videoId, hls, mpd, revision } = await makeVideo({ target: SOURCE }, { hasIndex: false, hasEncode: false });
  await prepare(videoId);
  for (const path of [hls, mpd, `${revision}/mp4hls/index.m3u8`, `${revision}/mp4hls/fmp4-1.m3u8`]) {
    const { status, headers, body } = await service.serve(path);
    expect({ status, ...headers }).toMatchObject({ status: 503, 'retry-after': '1', 'cache-control': 'private, no-store' });
    expect(body.length).toBeGreaterThan(0);
  }
  expect(service.requested).toEqual(Array.from({ length: 4 }, () => `${videoId}/1`));
  await service.putIndex(videoId, 1, index);
  service.later();
  expect((await service.fetch(hls)).status).toBe(200);
});

test('plays what it holds while storage fails, and refuses it as soon as storage does', async () => {
  const { videoId, hls, revision } = await makeVideo({ target: SOURCE });
  const paths = [hls, `${revision}/mp4hls/fmp4-1.m3u8`, `${revision}/attempt00/index.m3u8`];
  const before = await Promise.all(paths.map((path) => service.fetch(path)));
  service.storage.proxy.faultOf = () => SLOW_DOWN;
  service.later(3000);
  expect(await Promise.all(paths.map((path) => service.fetch(path)))).toEqual(before);
  const held = [pointerKey(videoId), indexKey({ videoId, revision: 1 }), `v/${videoId}/1/attempt00/index.m3u8`];
  expect(new Set(service.stale)).toEqual(new Set(held));
  await expect(service.fetch(`${revision}/attempt00/index.mpd`)).rejects.toThrow('Slow');
  await service.point(videoId, { number: 2 });
  service.storage.proxy.reset();
  service.later();
  expect((await service.fetch(hls)).status).toBe(403);
});

test('reads nothing for playlists that it holds, and transfers nothing to check them', async () => {
  const { hls, revision } = await makeVideo({ target: SOURCE });
  await service.fetch(hls);
  service.storage.proxy.requests.splice(0);
  for (const path of [hls, `${revision}/mp4hls/fmp4-1.m3u8`, `${revision}/mp4hls/fmp4-2.m3u8`]) await service.fetch(path);
  expect(service.storage.proxy.requests).toEqual([]);
  service.later();
  await service.fetch(hls);
  expect(service.storage.proxy.requests.map(({ status }) => status)).toEqual([304, 304]);
});
