import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import { authenticator } from '../../../lambdas/api/authentication.ts';
import type { TokenIssuer } from '../../support/api/token-issuer.ts';
import { CLIENT_ID, ISSUER, createTokenIssuer } from '../../support/api/token-issuer.ts';

let issuer: TokenIssuer;
let authenticate: ReturnType<typeof authenticator>;
beforeAll(async () => {
  issuer = await createTokenIssuer();
  authenticate = authenticator({ issuer: ISSUER, clientId: CLIENT_ID, keys: issuer.keys });
});

test.each([
  [undefined, 'viewer'],
  [[], 'viewer'],
  [['uploader'], 'uploader'],
  [['uploader', 'admin', 'viewer'], 'admin'],
  [['viewer', 'another group'], 'viewer'],
])('maps the groups %j to the role %s', async (groups, role) => {
  const token = await issuer.token({ sub: 'id', username: 'name', ...(groups && { groups }) });
  expect(await authenticate(token)).toEqual({ id: 'id', name: 'name', role });
});

test('rejects a token of another issuer or client, an expired one and a forged one', async () => {
  const stranger = await createTokenIssuer();
  const claims = {
    sub: 'admin',
    username: 'admin',
    token_use: 'access',
    client_id: CLIENT_ID,
    'cognito:groups': ['admin'],
  };
  const unsigned = new UnsecuredJWT(claims).setIssuer(ISSUER).setExpirationTime('1h').encode();
  const shared = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .setIssuer(ISSUER)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('x'.repeat(32)));
  const good = await issuer.token({ groups: ['viewer'] });
  const [header, , signature] = good.split('.');
  const promoted = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  const tokens = [
    '',
    'nonsense',
    unsigned,
    shared,
    promoted,
    await stranger.token({}),
    await issuer.token({ expires: '-1m' }),
    await issuer.token({ issuer: 'https://issuer.test/other' }),
    await issuer.token({ clientId: 'another' }),
    await issuer.token({ use: 'id' }),
  ];
  for (const token of tokens) await expect(authenticate(token)).rejects.toMatchObject({ code: 'invalid_token' });
});

test('verifies a token once in five minutes, and again once it has expired', async () => {
  let clockMs = Date.now();
  let verified = 0;
  const keys: TokenIssuer['keys'] = (...request) => {
    verified += 1;
    return issuer.keys(...request);
  };
  const remembering = authenticator({ issuer: ISSUER, clientId: CLIENT_ID, keys, now: () => clockMs });
  const [long, short] = [await issuer.token({ sub: 'long' }), await issuer.token({ sub: 'short', expires: '1m' })];
  for (const token of [long, short, long, short]) await remembering(token);
  expect(verified).toBe(2);
  expect(await remembering(long)).toMatchObject({ id: 'long' });
  const forged = `${short.slice(0, -4)}AAAA`;
  await expect(remembering(forged)).rejects.toMatchObject({ code: 'invalid_token' });

  clockMs += 66_000;
  await expect(remembering(short)).rejects.toMatchObject({ code: 'invalid_token' });
  expect(await remembering(long)).toMatchObject({ id: 'long' });
  expect(verified).toBe(4);
  clockMs += 4 * 60_000;
  await remembering(long);
  expect(verified).toBe(5);
});

describe('unavailable keys are reported as such, not as an invalid token', () => {
  test('when the issuer cannot be reached', async () => {
    const keys = () => Promise.reject(new TypeError('fetch failed'));
    const cut = authenticator({ issuer: ISSUER, clientId: CLIENT_ID, keys });
    await expect(cut(await issuer.token({}))).rejects.toMatchObject({ code: 'sign_in_unavailable' });
  });

  test.each([
    [200, '{"message":"maintenance"}'],
    [200, '<html>'],
    [502, '{"keys":[]}'],
  ])('when the issuer responds %d with %s', async (status, body) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const confused = authenticator({ issuer: url, clientId: CLIENT_ID });
    const refusal: unknown = await confused(await issuer.token({ issuer: url })).catch((error: unknown) => error);
    await new Promise((resolve) => server.close(resolve));
    expect(refusal).toMatchObject({ code: 'sign_in_unavailable' });
  });
});
