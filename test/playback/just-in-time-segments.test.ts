import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DeleteObjectCommand, DeleteObjectTaggingCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { indexKey, pointerKey, PUBLISHED_TAGGING } from '../../lambdas/contracts/output-layout.ts';
import { signVideo, type VideoSigner } from '../../lambdas/signing/sign-video.ts';
import { byteSourceOf } from '../../media/byte-source.ts';
import { buildIndex } from '../../media/packaging/build-index.ts';
import { writeInitSegment } from '../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../../media/packaging/index/source-index.ts';
import { qualify } from '../../media/packaging/qualification/qualify.ts';
import { footagePath } from '../support/footage.ts';
import { readSigner } from '../support/read-signer.ts';
import { FOOTAGE_KEY, sharedCloud } from '../support/shared-cloud.ts';

/** The footage, packaged just in time under a video's id of its own, through the whole laptop cloud. */

const cloud = sharedCloud();
const { s3, outputBucket: Bucket } = cloud;
const VIDEO = randomUUID();
const UNPUBLISHED = randomUUID();
const REVISION = 1;

let signer: VideoSigner;
let footage: Buffer;
let index: SourceIndex;

function keysOf(videoId: string): readonly string[] {
  return [indexKey({ videoId, revision: REVISION }), pointerKey(videoId)];
}

beforeAll(async () => {
  signer = await readSigner(cloud.running);
  footage = await readFile(footagePath);
  const head = new HeadObjectCommand({ Bucket: cloud.sourceBucket, Key: FOOTAGE_KEY });
  const { VersionId: versionId, ETag: etag } = await s3.send(head);
  const source = { bucket: cloud.sourceBucket, key: FOOTAGE_KEY, versionId, etag: etag?.replaceAll('"', '') };
  const bytes = await buildIndex(byteSourceOf(footage), { identity: JSON.stringify(source) });
  index = openIndexFile(bytes);
  for (const videoId of [VIDEO, UNPUBLISHED]) {
    for (const Key of keysOf(videoId)) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: bytes, Tagging: PUBLISHED_TAGGING }));
    }
  }
  const [Key] = keysOf(UNPUBLISHED);
  await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
});
afterAll(async () => {
  for (const Key of [...keysOf(VIDEO), ...keysOf(UNPUBLISHED)]) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
});

interface Request {
  readonly videoId?: string;
  /** Video for which the URL is signed; null for no signature. @default the same */
  readonly signedFor?: string | null;
  /** @default in a minute */
  readonly expiresInMs?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function request(
  file: string,
  { videoId = VIDEO, signedFor = videoId, expiresInMs = 60_000, method = 'GET', headers = {} }: Request = {},
): Promise<Response> {
  const query = signedFor === null ? '' : `?${signVideo(signer, signedFor, new Date(Date.now() + expiresInMs))}`;
  return fetch(`${cloud.running.edgeUrl}/v/${videoId}/${REVISION}/mp4hls/${file}${query}`, { method, headers });
}

/** Returns a media segment as the packaging library makes it of the whole file. */
function segmentOf(track: number, segment: number): Buffer {
  const planned = planFmp4Segment(index, { plan: index.plan, segment, tracks: [track] });
  return Buffer.concat(planned.assemble(planned.ranges.map(({ offset, length }) => footage.subarray(offset, offset + length))));
}

test('serves every init segment and segments byte for byte, and keeps them at the edge and in browsers', async () => {
  const { tracks } = qualify(index);
  expect(tracks.length).toBeGreaterThan(0);
  for (const track of tracks) {
    const init = await request(`fmp4-${track + 1}_init.mp4`);
    expect(Buffer.from(await init.arrayBuffer()).equals(Buffer.from(writeInitSegment(index, [track])))).toBe(true);
    for (const segment of [0, Math.floor(index.plan.segments / 2), index.plan.segments - 1]) {
      const response = await request(`fmp4-${track + 1}_${segment}.m4s`, { headers: { origin: 'https://school.example' } });
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(Buffer.from(await response.arrayBuffer()).equals(segmentOf(track, segment))).toBe(true);
    }
  }
  const again = await request('fmp4-1_0.m4s');
  expect(again.headers.get('x-cache')).toBe('Hit from cloudfront');
  expect(Buffer.from(await again.arrayBuffer()).equals(segmentOf(0, 0))).toBe(true);
});

test.each<readonly [string, Request]>([
  ['without a signature', { signedFor: null }],
  ['with a signature that has expired', { expiresInMs: -60_000 }],
  ['with the signature of another video', { signedFor: UNPUBLISHED }],
  ['of a video whose index is not published', { videoId: UNPUBLISHED }],
  ['of a video that does not exist', { videoId: randomUUID() }],
])('refuses segments %s', async (_, options) => {
  for (const file of ['fmp4-1_init.mp4', 'fmp4-1_0.m4s']) {
    const response = await request(file, options);
    expect(response.status).toBe(403);
    expect((await response.text()).length).toBeGreaterThan(0);
  }
});

const MISSING = ['index', 'pointer', 'fmp4-1_99999.m4s', 'fmp4-9_init.mp4', 'ts-1_0.ts', 'anything'];

test.each(MISSING)('responds 404 to %s, and keeps nothing', async (file) => {
  for (let viewer = 0; viewer < 2; viewer += 1) {
    const response = await request(file);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(await response.text()).toBe('Not Found\n');
  }
});

test('gives no viewer a pointer or an index, whatever the spelling of its path', async () => {
  const query = signVideo(signer, VIDEO, new Date(Date.now() + 60_000));
  for (const path of [`${REVISION}/mp4hls%2Findex`, `${REVISION}%2Fmp4hls%2Findex`, 'mp4hls%2fpointer', `${REVISION}/x%2F..%2Fmp4hls%2Findex`]) {
    const response = await fetch(`${cloud.running.edgeUrl}/v/${VIDEO}/${path}?${query}`);
    expect([path, response.status]).toEqual([path, 403]);
  }
});

test('responds to HEAD and to the preflight of a player on another site', async () => {
  const head = await request('fmp4-1_1.m4s', { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(head.headers.get('content-type')).toBe('video/iso.segment');
  expect(await head.text()).toBe('');
  const preflight = await request('fmp4-1_1.m4s', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://school.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'cmcd-request',
    },
  });
  expect(preflight.ok).toBe(true);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
});
