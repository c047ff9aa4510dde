import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { keptIndexes } from '../../../lambdas/just-in-time/kept-indexes.ts';
import { publishedObjects } from '../../../lambdas/just-in-time/published-objects.ts';
import { rangeReader } from '../../../lambdas/packager/read-ranges.ts';
import { type SegmentResponse, type SegmentSources, serveSegment } from '../../../lambdas/packager/serve-segment.ts';
import { planFmp4Segment } from '../../../media/packaging/fmp4/media-segment.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { type EdgeStorage, startEdgeStorage } from '../../support/local/edge-storage.ts';
import { error, type Fault, INTERNAL_ERROR, type ProxiedRequest, SLOW_DOWN } from '../../support/local/faulty-proxy.ts';
import { publishFilm, type PublishedFilm, SCATTERED_FILM } from '../../support/local/publish-film.ts';

/** The packager over the laptop's S3, with the rights of its role, and storage that fails. */

const VIDEO = '0193c5a0-0000-7000-8000-000000000001';
/** Whose index and source tests change. */
const CHANGING_VIDEO = VIDEO.replace(/1$/, '2');

let storage: EdgeStorage;
let client: S3Client;
let file: Buffer;
let shared: PublishedFilm;
let film: PublishedFilm;

beforeAll(async () => {
  storage = await startEdgeStorage();
  client = new S3Client(storage.edge);
  file = await makeWithFfmpeg('scattered.mp4', SCATTERED_FILM);
  shared = await publish(VIDEO);
});
beforeEach(() => {
  film = shared;
  storage.proxy.reset();
});
afterAll(async () => {
  client.destroy();
  await storage.close();
});

function publish(videoId = CHANGING_VIDEO): Promise<PublishedFilm> {
  const { operator, sourceBucket, outputBucket } = storage;
  return publishFilm({ client: operator, sourceBucket, outputBucket }, file, { videoId, revision: 1 });
}

function packager(options: Parameters<typeof rangeReader>[1] = {}): SegmentSources {
  const indexes = keptIndexes({
    objects: publishedObjects(client, storage.outputBucket),
    staleOnErrorMinutes: 60,
    reportStale: () => undefined,
  });
  return { findIndex: (key) => indexes.get(key), readRanges: rangeReader(client, options) };
}

function get(name: string, { method = 'GET', sources = packager() } = {}): Promise<SegmentResponse> {
  return serveSegment({ method, path: film.pathOf(name) }, sources);
}

function isOfSource({ url }: ProxiedRequest): boolean {
  return url.startsWith(`/${storage.sourceBucket}/`);
}

/** Requests for ranges of the source. */
function sourceReads(): ProxiedRequest[] {
  return storage.proxy.requests.filter(isOfSource);
}

/** Lets only reads of the source fail, from the n-th on. */
function failSource(fault: Fault, from = 1): void {
  let reads = 0;
  storage.proxy.faultOf = (request) => {
    if (!isOfSource(request)) return undefined;
    reads += 1;
    return reads >= from ? fault : undefined;
  };
}

test.each([
  ['fmp4-1_init.mp4', 0, undefined, 'video/mp4'],
  ['fmp4-2_init.mp4', 1, undefined, 'audio/mp4'],
  ['fmp4-1_0.m4s', 0, 0, 'video/iso.segment'],
  ['fmp4-1_1.m4s', 0, 1, 'video/iso.segment'],
  ['fmp4-2_1.m4s', 1, 1, 'audio/mp4'],
])('serves %s byte for byte as the packaging library makes it, for a year', async (name, track, segment, type) => {
  const { status, headers, body } = await get(name);
  expect({ status, headers }).toMatchObject({
    status: 200,
    headers: { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' },
  });
  expect(Buffer.concat(body).equals(film.segment(track, segment))).toBe(true);
});

test('reads exactly the version and ETag that the index names, in several requests at once', async () => {
  const { ranges } = planFmp4Segment(film.index, { plan: film.index.plan, segment: 0, tracks: [0] });
  await get('fmp4-1_0.m4s');
  expect(ranges.length).toBeGreaterThan(2);
  expect(sourceReads()).toHaveLength(ranges.length);
  for (const { url, headers, status } of sourceReads()) {
    expect(url).toContain(`versionId=${film.source.versionId}`);
    expect(headers).toMatchObject({ 'if-match': `"${film.source.etag}"`, range: expect.stringMatching(/^bytes=\d+-\d+$/) });
    expect(status).toBe(206);
  }
});

test('reads an index once and the source not at all for init segments and HEAD', async () => {
  const sources = packager();
  await get('fmp4-1_init.mp4', { sources });
  const head = await get('fmp4-1_0.m4s', { method: 'HEAD', sources });
  expect(head).toMatchObject({ status: 200, headers: { 'content-type': 'video/iso.segment' } });
  expect(storage.proxy.requests.map(({ url }) => url.split('?')[0])).toEqual([`/${storage.outputBucket}/${film.key}`]);
});

test.each([
  ['GET', 'index', 404],
  ['GET', 'pointer', 404],
  ['GET', 'index.m3u8', 404],
  ['GET', 'fmp4-1.m3u8', 404],
  ['GET', 'fmp4-1-2_0.m4s', 404],
  ['GET', 'ts-1_0.ts', 404],
  ['GET', 'fmp4-01_0.m4s', 404],
  ['GET', 'fmp4-1_00.m4s', 404],
  ['GET', 'fmp4-0_0.m4s', 404],
  ['GET', '../mp4hls/fmp4-1_0.m4s', 404],
  ['GET', 'fmp4-1_0.m4s/x', 404],
  ['GET', 'fmp4%2D1_0.m4s', 404],
  ['POST', 'fmp4-1_0.m4s', 405],
  ['OPTIONS', 'fmp4-1_0.m4s', 200],
])('responds to %s %s without reading anything, with a body', async (method, name, status) => {
  const response = await get(name, { method });
  expect(response).toMatchObject({ status, headers: { 'cache-control': 'private, no-store' } });
  expect(Buffer.concat(response.body).length).toBeGreaterThan(0);
  expect(storage.proxy.requests).toEqual([]);
});

const MISSING = ['fmp4-9_init.mp4', 'fmp4-9_0.m4s', 'fmp4-1_999.m4s'];

test.each(MISSING)('responds 404 to %s, which the film does not have', async (name) => {
  const response = await get(name);
  expect(response).toMatchObject({ status: 404, headers: { 'cache-control': 'private, no-store' } });
  expect(Buffer.concat(response.body).length).toBeGreaterThan(0);
  expect(sourceReads()).toEqual([]);
});

test('refuses a film whose index is not published or missing, with a body', async () => {
  film = await publish();
  await storage.unpublish(film.key);
  const unpublished = await get('fmp4-1_0.m4s');
  await storage.operator.send(new DeleteObjectCommand({ Bucket: storage.outputBucket, Key: film.key }));
  const missing = await get('fmp4-1_init.mp4');
  for (const response of [unpublished, missing]) {
    expect(response).toMatchObject({ status: 403, headers: { 'cache-control': 'private, no-store' } });
    expect(Buffer.concat(response.body).length).toBeGreaterThan(0);
  }
});

test.each([
  ['in an older format', 4],
  ['damaged', 60],
])('asks to retry while the index is %s', async (_, offset) => {
  film = await publish();
  const changed = Buffer.from(film.indexBytes);
  changed[offset] = (changed[offset] ?? 0) ^ 1;
  await storage.publish(film.key, changed);
  storage.proxy.reset();
  const response = await get('fmp4-1_0.m4s');
  expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '1', 'cache-control': 'private, no-store' } });
  expect(sourceReads()).toEqual([]);
});

test('goes on serving the version of the index after the source was replaced', async () => {
  film = await publish();
  const { sourceBucket: Bucket } = storage;
  await storage.operator.send(new PutObjectCommand({ Bucket, Key: film.source.key, Body: Buffer.alloc(file.length, 'x') }));
  const { status, body } = await get('fmp4-1_0.m4s');
  expect(status).toBe(200);
  expect(Buffer.concat(body).equals(film.segment(0, 0))).toBe(true);
});

test('sends nothing of a source whose version was deleted', async () => {
  film = await publish();
  const { bucket: Bucket, key: Key, versionId: VersionId } = film.source;
  await storage.operator.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  const sources = packager({ concurrency: 1 });
  await expect(get('fmp4-1_0.m4s', { sources })).rejects.toMatchObject({ name: 'SourceMismatchError' });
});

test('sends nothing of a source with another ETag than the index names', async () => {
  const identity = JSON.stringify({ ...film.source, etag: 'f'.repeat(32) });
  const findIndex = async () => ({ kind: 'usable' as const, index: film.index, source: JSON.parse(identity) });
  await expect(get('fmp4-1_0.m4s', { sources: { ...packager({ concurrency: 1 }), findIndex } })).rejects.toMatchObject({
    name: 'SourceMismatchError',
    cause: { name: 'PreconditionFailed' },
  });
});

test.each<readonly [string, Fault]>([
  ['fails', INTERNAL_ERROR],
  ['throttles', SLOW_DOWN],
  ['closes the connection', { kind: 'disconnect' }],
  ['cuts the body off', { kind: 'cut-off' }],
  ['leaves the last byte out', { kind: 'short' }],
  ['misses the version', error(404, 'NoSuchVersion', 'Gone')],
  ['sees another ETag', error(412, 'PreconditionFailed', 'Changed')],
  ['ignores the range', { kind: 'respond', status: 200, body: 'whole' }],
  ['returns another version', { kind: 'headers', headers: { 'x-amz-version-id': 'another' } }],
  ['returns another ETag', { kind: 'headers', headers: { etag: '"another"' } }],
  ['returns another range', { kind: 'headers', headers: { 'content-range': 'bytes 1-2/3' } }],
])('sends nothing of a segment if storage %s between two ranges', async (_, fault) => {
  failSource(fault, 2);
  await expect(get('fmp4-1_0.m4s', { sources: packager({ concurrency: 1 }) })).rejects.toThrow(/\w/);
  // Nothing else is read after the failure.
  expect(sourceReads()).toHaveLength(2);
  storage.proxy.reset();
  expect((await get('fmp4-1_0.m4s')).status).toBe(200);
});

test('stops waiting for one range when another cannot be read', async () => {
  let reads = 0;
  storage.proxy.faultOf = (request) => {
    if (!isOfSource(request)) return undefined;
    reads += 1;
    return reads === 1 ? { kind: 'hang' } : INTERNAL_ERROR;
  };
  const sources = packager({ concurrency: 2, timeoutMs: 600_000 });
  await expect(get('fmp4-1_0.m4s', { sources })).rejects.toThrow(/Fault|aborted/);
  expect(reads).toBe(2);
});

test('stops waiting for storage that does not respond', async () => {
  failSource({ kind: 'hang' });
  await expect(get('fmp4-1_0.m4s', { sources: packager({ timeoutMs: 50 }) })).rejects.toThrow('aborted');
});

test('serves segments from an index that it holds while the bucket of indexes fails', async () => {
  const sources = packager();
  await get('fmp4-1_init.mp4', { sources });
  storage.proxy.faultOf = (request) => (isOfSource(request) ? undefined : SLOW_DOWN);
  expect((await get('fmp4-1_1.m4s', { sources })).status).toBe(200);
});
