import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { encodeCopy } from '../../../lambdas/signing/native-parameters.ts';
import { signVideo } from '../../../lambdas/signing/sign-video.ts';

/** The function as deployed, over a bucket that counts requests. */

const VIDEO = '0193c5a0-0000-7000-8000-000000000001';
const PATH = `/v/${VIDEO}/1/attempt00/index.m3u8`;
const trusted = makeKeys('K1TRUSTED');
const stranger = makeKeys('K1TRUSTED');

/** A playlist of each kind. */
const PATHS = ['1/attempt00/index.m3u8', 'index.m3u8', 'index.mpd', '1/mp4hls/index.m3u8', '1/mp4hls/fmp4-1.m3u8'].map(
  (name) => `/v/${VIDEO}/${name}`,
);

let requests: string[] = [];
let isFailing = false;
const bucket = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  if (isFailing) response.statusCode = 500;
  response.setHeader('etag', '"playlist"').end('#EXTM3U\nindex_720p.m3u8\n');
});
let handler: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

function makeKeys(keyPairId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { edgeUrl: 'https://videos.test', keyPairId, privateKeyPem, publicKeyPem };
}

function copyOf(signer: typeof trusted, videoId = VIDEO, expiresInMs = 60_000): string {
  return `t=${encodeCopy(signVideo(signer, videoId, new Date(Date.now() + expiresInMs)))}`;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`,
    OUTPUT_BUCKET: 'output-bucket',
    UPLOADS_QUEUE_URL: 'http://127.0.0.1/uploads',
    PLAYBACK_PUBLIC_KEYS: `${trusted.keyPairId} ${trusted.publicKeyPem}`,
    STALE_ON_ERROR_MINUTES: '60',
    POWERTOOLS_DEV: 'false',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  ({ handler } = await import('../../../lambdas/playlist/handler.ts'));
});

beforeEach(() => {
  [requests, isFailing] = [[], false];
});

afterAll(() => {
  bucket.closeAllConnections();
  bucket.close();
});

async function call(rawQueryString: string, rawPath = PATH): Promise<APIGatewayProxyStructuredResultV2> {
  const event = { rawPath, rawQueryString, headers: {}, requestContext: { http: { method: 'GET' } } };
  return handler(event as unknown as APIGatewayProxyEventV2);
}

test('reads the playlist for a genuine copy of a signature', async () => {
  expect((await call(copyOf(trusted))).statusCode).toBe(200);
  expect(requests).toEqual([expect.stringContaining(PATH)]);
});

test.each([
  ['is missing', () => ''],
  ['is malformed', () => 't=forged'],
  ['has the alphabet of a signature but is none', () => `t=${encodeCopy('Policy=eyJ_&Key-Pair-Id=K1TRUSTED&Signature=MEUC&Hash-Algorithm=SHA256')}`],
  ['is signed by a stranger', () => copyOf(stranger)],
  ['is signed for another video', () => copyOf(trusted, VIDEO.replace(/1$/, '2'))],
  ['has expired', () => copyOf(trusted, VIDEO, -60_000)],
])('refuses a copy that %s without calling AWS', async (_, query) => {
  for (const path of PATHS) expect((await call(query(), path)).statusCode).toBe(403);
  expect(requests).toEqual([]);
});

test('asks to try again while storage fails, of any playlist that it does not hold', async () => {
  isFailing = true;
  for (const path of PATHS.map((one) => one.replace('attempt00', 'attempt01'))) {
    const { statusCode, headers, body = '' } = await call(copyOf(trusted), path);
    const expected = { statusCode: 503, 'retry-after': '1', 'cache-control': 'private, no-store' };
    expect({ statusCode, ...headers }).toMatchObject(expected);
    expect(Buffer.from(body, 'base64').toString()).toBe('Temporarily unavailable\n');
  }
});
