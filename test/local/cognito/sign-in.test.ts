import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { Cognito } from '../../../local/cognito/cognito.ts';
import { cognitoProviders } from '../../../local/cognito/providers.ts';
import { openSigningKey } from '../../../local/cognito/signing-key.ts';
import { mintAccessToken } from '../../../local/cognito/tokens.ts';

const CALLBACK = 'http://127.0.0.1:4567/signed-in';
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let dir: string;
let server: Server;
let endpoint = '';
let now = new Date();
let issuer = '';
let clientId = '';

async function start(): Promise<void> {
  const cognito = await Cognito.open({ dir: join(dir, 'accounts'), endpoint: () => endpoint, now: () => now });
  server = createApiServer({ credentials: Credentials.open(dir), services: [cognito.apiService()] });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provision = async (type: string, logicalId: string, properties: Record<string, unknown>) => {
    const provider = cognitoProviders(cognito.pools).find((candidate) => candidate.type === type);
    const resource = { stack: 'Test', logicalId, type, properties, physicalName: logicalId.toLowerCase() };
    return provider?.provision(resource);
  };
  const pool = await provision('AWS::Cognito::UserPool', 'Pool', {});
  issuer = String(pool?.attributes?.['ProviderURL']);
  for (const [GroupName, Precedence] of [['viewer', 2], ['admin', 0], ['uploader', 1]] as const) {
    await provision('AWS::Cognito::UserPoolGroup', GroupName, { UserPoolId: pool?.ref, GroupName, Precedence });
  }
  const client = await provision('AWS::Cognito::UserPoolClient', 'Client', {
    UserPoolId: pool?.ref,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [CALLBACK],
    LogoutURLs: ['http://127.0.0.1:4567/'],
    AccessTokenValidity: 60,
    RefreshTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'days' },
  });
  clientId = client?.ref ?? '';
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-cognito-'));
  await start();
});
afterAll(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

const authorization = (changes: Record<string, string | undefined> = {}): URLSearchParams => {
  const query = {
    client_id: clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid profile',
    state: 'of the page',
    nonce: 'once',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given);
};

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${endpoint}${path}`, { redirect: 'manual', headers });

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${endpoint}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers });

/** @returns the address that the browser is sent back to */
async function choose(username: string, changes: Record<string, string | undefined> = {}): Promise<URL> {
  const response = await post(`/login?${authorization(changes)}`, { username });
  return new URL(response.headers.get('location') ?? 'none:');
}

const codeFor = async (username: string, changes: Record<string, string | undefined> = {}): Promise<string> =>
  (await choose(username, changes)).searchParams.get('code') ?? '';

const exchange = (code: string, changes: Record<string, string> = {}): Promise<Response> =>
  post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    code,
    code_verifier: VERIFIER,
    ...changes,
  });

async function tokensOf(username: string, changes: Record<string, string | undefined> = {}): Promise<Record<string, string>> {
  return (await exchange(await codeFor(username, changes))).json() as Promise<Record<string, string>>;
}

/** What a token says, once its signature has been checked against the published keys. */
async function verified(token: string | undefined): Promise<JWTPayload> {
  const jwks = (await (await get(`${new URL(issuer).pathname}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(token ?? '', createLocalJWKSet(jwks), { issuer, currentDate: now });
  return payload;
}

test('a client finds everything through the discovery document, from any site', async () => {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(await response.json()).toMatchObject({
    issuer,
    authorization_endpoint: `${endpoint}/oauth2/authorize`,
    token_endpoint: `${endpoint}/oauth2/token`,
    end_session_endpoint: `${endpoint}/logout`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
  });
});

test.each([
  ['en-US,ko;q=0.5', 'en', ['Admin', 'Uploader', 'Viewer']],
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko', ['관리자', '업로더', '시청자']],
])('for %s the page has a button for each person in %s, the one with the most rights first', async (accepted, lang, names) => {
  const response = await get(`/oauth2/authorize?${authorization()}`, { 'accept-language': accepted });
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).toContain(`<html lang="${lang}">`);
  expect([...html.matchAll(/<button [^>]*><strong>([^<]+)/g)].map(([, name]) => name)).toEqual(names);
});

test('the page can be framed by nobody, runs no script, and sends its form only here and on to the client', async () => {
  const { headers } = await get(`/oauth2/authorize?${authorization()}`);
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:4567; .*frame-ancestors 'none'$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
  // Under `no-referrer` a browser sends the form with the origin `null`.
  expect(headers.get('referrer-policy')).toBe('same-origin');
});

test('what the client sends appears on the page as text only', async () => {
  const response = await get(`/oauth2/authorize?${authorization({ state: '"><script>alert(1)</script>' })}`);
  expect(await response.text()).not.toContain('<script>');
});

test('a choice leads back to the client with a code and its state', async () => {
  const location = await choose('uploader');
  expect(location.href).toMatch(/^http:\/\/127\.0\.0\.1:4567\/signed-in\?/);
  expect(location.searchParams.get('state')).toBe('of the page');
  expect(location.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
});

test('the access token says what Cognito’s says', async () => {
  const { access_token: token, expires_in: lifetime } = await tokensOf('uploader');
  const claims = await verified(token);
  expect(lifetime).toBe(3600);
  expect(claims).toEqual({
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'cognito:groups': ['uploader'],
    iss: issuer,
    version: 2,
    client_id: clientId,
    origin_jti: expect.any(String),
    event_id: expect.any(String),
    token_use: 'access',
    scope: 'openid profile',
    auth_time: Math.floor(now.getTime() / 1000),
    exp: Math.floor(now.getTime() / 1000) + 3600,
    iat: Math.floor(now.getTime() / 1000),
    jti: expect.any(String),
    username: 'uploader',
  });
});

test('the ID token is for the client, answers its nonce and goes with the access token', async () => {
  const { id_token: token, access_token: access = '' } = await tokensOf('viewer');
  expect(await verified(token)).toMatchObject({
    aud: clientId,
    nonce: 'once',
    token_use: 'id',
    'cognito:username': 'viewer',
    email_verified: true,
    at_hash: createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url'),
  });
  expect(await tokensOf('viewer', { scope: 'email' })).not.toHaveProperty('id_token');
});

test('the same person has the same id each time, and another one another', async () => {
  const idOf = async (username: string) => (await verified((await tokensOf(username))['access_token'])).sub;
  expect(await idOf('admin')).toBe(await idOf('admin'));
  expect(await idOf('admin')).not.toBe(await idOf('viewer'));
});

test('a code is good once', async () => {
  const code = await codeFor('viewer');
  expect((await exchange(code)).status).toBe(200);
  const again = await exchange(code);
  expect([again.status, await again.json()]).toEqual([400, { error: 'invalid_grant' }]);
});

test.each([
  ['another verifier', { code_verifier: 'x'.repeat(43) }],
  ['another address', { redirect_uri: `${CALLBACK}/` }],
])('a code is worth nothing with %s, and nothing after that', async (_, changes) => {
  const code = await codeFor('viewer');
  expect(await (await exchange(code, changes)).json()).toEqual({ error: 'invalid_grant' });
  expect((await exchange(code)).status).toBe(400);
});

test('a code expires after five minutes', async () => {
  const code = await codeFor('viewer');
  now = new Date(now.getTime() + 5 * 60_000);
  expect(await (await exchange(code)).json()).toEqual({ error: 'invalid_grant' });
});

test.each([
  [{ client_id: 'somebody' }, 'invalid_client'],
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ code_verifier: '' }, 'invalid_request'],
])('a token request with %j is refused: %s', async (changes, error) => {
  const response = await exchange(await codeFor('viewer'), changes);
  expect([response.status, await response.json()]).toEqual([400, { error }]);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test.each([
  [{ redirect_uri: 'https://evil.example/signed-in' }],
  [{ redirect_uri: `${CALLBACK}?x` }],
  [{ redirect_uri: undefined }],
  [{ client_id: 'somebody' }],
])('%j: nobody is sent anywhere', async (changes) => {
  for (const response of [
    await get(`/oauth2/authorize?${authorization(changes)}`),
    await post(`/login?${authorization(changes)}`, { username: 'admin' }),
  ]) {
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});

test.each([
  [{ code_challenge: undefined }, 'invalid_request'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ scope: 'openid aws.cognito.signin.user.admin' }, 'invalid_scope'],
  [{ prompt: 'none' }, 'login_required'],
])('%j: the client is told %s', async (changes, error) => {
  const response = await get(`/oauth2/authorize?${authorization(changes)}`);
  const location = new URL(response.headers.get('location') ?? 'none:');
  expect(response.status).toBe(302);
  expect([location.searchParams.get('error'), location.searchParams.get('state')]).toEqual([error, 'of the page']);
  expect(await codeFor('admin', changes)).toBe('');
});

test('a form that another site sends signs nobody in, nor does a name that nobody has', async () => {
  const path = `/login?${authorization()}`;
  for (const origin of ['https://evil.example', 'null']) {
    expect((await post(path, { username: 'admin' }, { origin })).status).toBe(403);
  }
  expect((await post(path, { username: 'root' })).status).toBe(400);
  expect((await post(path, { username: 'admin' }, { origin: endpoint })).status).toBe(302);
});

test('under another name than its own the laptop signs nobody in', async () => {
  const { port } = new URL(endpoint);
  const path = `/oauth2/authorize?${authorization()}`;
  const request = httpRequest({ host: '127.0.0.1', port, path, headers: { host: `evil.example:${port}` } }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(403);
});

test('a refresh token brings new tokens of the same sign-in, even after a restart, until it is revoked', async () => {
  const first = await tokensOf('uploader');
  const before = await verified(first['access_token']);
  await stop();
  await start();
  const refreshToken = first['refresh_token'] ?? '';
  const refresh = (): Promise<Response> =>
    post('/oauth2/token', { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken });
  const second = (await (await refresh()).json()) as Record<string, string>;
  expect(second).not.toHaveProperty('refresh_token');
  const after = await verified(second['access_token']);
  expect(after).toMatchObject({ sub: before.sub, origin_jti: before['origin_jti'], 'cognito:groups': ['uploader'] });
  expect(after.jti).not.toBe(before.jti);

  await post('/oauth2/revoke', { token: refreshToken, client_id: clientId });
  expect(await (await refresh()).json()).toEqual({ error: 'invalid_grant' });
});

test('a refresh token ends when the client says', async () => {
  const { refresh_token: token = '' } = await tokensOf('viewer');
  now = new Date(now.getTime() + 30 * 86_400_000);
  const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: token };
  expect(await (await post('/oauth2/token', form)).json()).toEqual({ error: 'invalid_grant' });
});

test('signing out leads to an address of the client, and to no other', async () => {
  const out = (uri: string) => get(`/logout?${new URLSearchParams({ client_id: clientId, logout_uri: uri })}`);
  expect((await out('http://127.0.0.1:4567/')).headers.get('location')).toBe('http://127.0.0.1:4567/');
  expect((await out('https://evil.example/')).status).toBe(400);
});

test('only the owner of the state can read the keys', async () => {
  for (const name of ['signing-key.json', 'refresh-tokens.json']) {
    expect((await stat(join(dir, 'accounts', name))).mode & 0o777).toBe(0o600);
  }
});

test('a script mints a token with the key on disk, and the same person as in the browser', async () => {
  const key = await openSigningKey(join(dir, 'accounts'));
  const token = await mintAccessToken(key, { issuer, clientId, username: 'admin', groups: ['admin'], now });
  const { sub } = await verified((await tokensOf('admin'))['access_token']);
  expect(await verified(token)).toMatchObject({ sub, client_id: clientId, token_use: 'access', 'cognito:groups': ['admin'] });
});
