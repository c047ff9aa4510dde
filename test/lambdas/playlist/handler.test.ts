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

let requests: string[] = [];
const bucket = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  response.end('#EXTM3U\nindex_720p.m3u8\n');
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
    PLAYBACK_PUBLIC_KEYS: `${trusted.keyPairId} ${trusted.publicKeyPem}`,
    STALE_ON_ERROR_MINUTES: '60',
    POWERTOOLS_DEV: 'false',
  });
  ({ handler } = await import('../../../lambdas/playlist/handler.ts'));
});

beforeEach(() => {
  requests = [];
});

afterAll(() => {
  bucket.closeAllConnections();
  bucket.close();
});

async function call(rawQueryString: string): Promise<number | undefined> {
  const event = { rawPath: PATH, rawQueryString, headers: {}, requestContext: { http: { method: 'GET' } } };
  return (await handler(event as unknown as APIGatewayProxyEventV2)).statusCode;
}

test('reads the playlist for a genuine copy of a signature', async () => {
  expect(await call(copyOf(trusted))).toBe(200);
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
  expect(await call(query())).toBe(403);
  expect(requests).toEqual([]);
});
