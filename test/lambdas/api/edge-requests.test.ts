import { edgeRecognizer } from '../../../lambdas/api/edge-requests.ts';
import { digestOriginSecret, ORIGIN_SECRET_HEADER } from '../../../lambdas/contracts/origin-secret.ts';
import { type LocalApi, useLocalApi } from '../../support/api/local-api.ts';

const CURRENT = 'current-secret-of-the-distribution';
const PREVIOUS = 'previous-secret-of-the-distribution';
const isFromEdge = edgeRecognizer(`${digestOriginSecret(PREVIOUS)} ${digestOriginSecret(CURRENT)}`);

let api: LocalApi;
useLocalApi((started) => void (api = started));

/** Sends a request to the API as it is deployed, with services that must not be called before the secret is checked. */
function send(headers: Record<string, string>) {
  const authenticate = jest.fn(api.services.authenticate);
  const request = api.with({ isFromEdge, authenticate }).request('GET /api/videos', { as: 'viewer', headers });
  return { request, authenticate };
}

test.each([
  ['no secret', {}],
  ['a wrong secret', { [ORIGIN_SECRET_HEADER]: 'guessed' }],
  ['an empty secret', { [ORIGIN_SECRET_HEADER]: '' }],
  ['the digest of the secret', { [ORIGIN_SECRET_HEADER]: digestOriginSecret(CURRENT) }],
])('refuses a request with %s before it does anything else', async (_, headers) => {
  const { request, authenticate } = send(headers);
  const { status, body, headers: response } = await request;
  expect({ status, body }).toMatchObject({ status: 403, body: { code: 'direct_request' } });
  expect(response.get('x-request-id')).toBe('request-1');
  expect(response.get('cache-control')).toBe('no-store');
  expect(authenticate).not.toHaveBeenCalled();
});

test.each([
  ['current', CURRENT],
  ['previous', PREVIOUS],
])('accepts the %s secret, and logs neither it nor its digest', async (_, secret) => {
  const { request } = send({ [ORIGIN_SECRET_HEADER]: secret });
  expect((await request).status).toBe(200);
  await send({ [ORIGIN_SECRET_HEADER]: `${secret}x` }).request;
  expect(api.log.join('\n')).toContain('/api/videos');
  expect(api.log.join('\n')).not.toContain(secret);
  expect(api.log.join('\n')).not.toContain(digestOriginSecret(secret));
});

test('refuses to start without a digest', () => {
  expect(() => edgeRecognizer('')).toThrow('ORIGIN_SECRET_DIGESTS');
});
