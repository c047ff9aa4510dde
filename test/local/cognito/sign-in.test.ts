import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { openTokenSigningKey } from '../../../local/cognito/token-signing-key.ts';
import { mintAccessToken } from '../../../local/cognito/tokens.ts';
import { AccountsFixture, CALLBACK } from '../../support/local/accounts-fixture.ts';

const accounts = new AccountsFixture();
beforeAll(() => accounts.start());
afterAll(() => accounts.remove());

test('the discovery document describes every endpoint, to any origin', async () => {
  const response = await fetch(`${accounts.issuer}/.well-known/openid-configuration`);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(await response.json()).toMatchObject({
    issuer: accounts.issuer,
    authorization_endpoint: `${accounts.endpoint}/oauth2/authorize`,
    token_endpoint: `${accounts.endpoint}/oauth2/token`,
    end_session_endpoint: `${accounts.endpoint}/logout`,
    jwks_uri: `${accounts.issuer}/.well-known/jwks.json`,
  });
});

test.each([
  ['en-US,ko;q=0.5', 'en', ['Admin', 'Uploader', 'Viewer']],
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko', ['관리자', '업로더', '시청자']],
])('for %s the page has a button for each user in %s, in the order of precedence', async (accepted, lang, names) => {
  const response = await accounts.get(`/oauth2/authorize?${accounts.authorization()}`, { 'accept-language': accepted });
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).toContain(`<html lang="${lang}">`);
  expect([...html.matchAll(/<button [^>]*><strong>([^<]+)/g)].map(([, name]) => name)).toEqual(names);
});

test('the page cannot be framed, runs no script, and submits its form only to itself and the client', async () => {
  const { headers } = await accounts.get(`/oauth2/authorize?${accounts.authorization()}`);
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:4567; .*frame-ancestors 'none'$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
  // With `no-referrer` a browser sends the form with the origin `null`.
  expect(headers.get('referrer-policy')).toBe('same-origin');
});

test('the page escapes the parameters of the client', async () => {
  const response = await accounts.get(
    `/oauth2/authorize?${accounts.authorization({ state: '"><script>alert(1)</script>' })}`,
  );
  expect(await response.text()).not.toContain('<script>');
});

test('choosing a user redirects to the client with a code and its state', async () => {
  const location = await accounts.choose('uploader');
  expect(location.href).toMatch(/^http:\/\/127\.0\.0\.1:4567\/signed-in\?/);
  expect(location.searchParams.get('state')).toBe('of the page');
  expect(location.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
});

test('the access token has the claims of Cognito', async () => {
  const { access_token: token, expires_in: lifetime } = await accounts.tokensOf('uploader');
  const claims = await accounts.verify(token);
  expect(lifetime).toBe(3600);
  expect(claims).toEqual({
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'cognito:groups': ['uploader'],
    iss: accounts.issuer,
    version: 2,
    client_id: accounts.clientId,
    origin_jti: expect.any(String),
    event_id: expect.any(String),
    token_use: 'access',
    scope: 'openid profile',
    auth_time: Math.floor(accounts.now.getTime() / 1000),
    exp: Math.floor(accounts.now.getTime() / 1000) + 3600,
    iat: Math.floor(accounts.now.getTime() / 1000),
    jti: expect.any(String),
    username: 'uploader',
  });
});

test('the ID token has the audience, nonce and access token hash', async () => {
  const { id_token: token, access_token: access = '' } = await accounts.tokensOf('viewer');
  expect(await accounts.verify(token)).toMatchObject({
    aud: accounts.clientId,
    nonce: 'once',
    token_use: 'id',
    'cognito:username': 'viewer',
    email_verified: true,
    at_hash: createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url'),
  });
  expect(await accounts.tokensOf('viewer', { scope: 'email' })).not.toHaveProperty('id_token');
});

test('each user has a stable id of their own', async () => {
  const idOf = async (username: string) =>
    (await accounts.verify((await accounts.tokensOf(username))['access_token'])).sub;
  expect(await idOf('admin')).toBe(await idOf('admin'));
  expect(await idOf('admin')).not.toBe(await idOf('viewer'));
});

test('a code is valid once', async () => {
  const code = await accounts.codeFor('viewer');
  expect((await accounts.exchange(code)).status).toBe(200);
  const again = await accounts.exchange(code);
  expect([again.status, await again.json()]).toEqual([400, { error: 'invalid_grant' }]);
});

test.each([
  ['another verifier', { code_verifier: 'x'.repeat(43) }],
  ['another redirect URI', { redirect_uri: `${CALLBACK}/` }],
])('a code is rejected with %s, and is invalid afterwards', async (_, changes) => {
  const code = await accounts.codeFor('viewer');
  expect(await (await accounts.exchange(code, changes)).json()).toEqual({ error: 'invalid_grant' });
  expect((await accounts.exchange(code)).status).toBe(400);
});

test('a code expires after five minutes', async () => {
  const code = await accounts.codeFor('viewer');
  accounts.wait(5 * 60_000);
  expect(await (await accounts.exchange(code)).json()).toEqual({ error: 'invalid_grant' });
});

test.each([
  [{ client_id: 'unknown' }, 'invalid_client'],
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ code_verifier: '' }, 'invalid_request'],
])('a token request with %j is rejected: %s', async (changes, error) => {
  const response = await accounts.exchange(await accounts.codeFor('viewer'), changes);
  expect([response.status, await response.json()]).toEqual([400, { error }]);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test('the page has the colors and the logo of the pages', async () => {
  const html = await (await accounts.get(`/oauth2/authorize?${accounts.authorization()}`)).text();
  expect(html).toContain(readFileSync('web/styles/tokens.css', 'utf8'));
  expect(html).toContain(readFileSync('web/public/icon.svg', 'utf8').slice('<svg '.length).trim());
});

test.each([
  [
    'en',
    { redirect_uri: 'http://box:8080/signed-in' },
    'Sign-in works only at the registered address, http://127.0.0.1:4567.',
    'redirect_mismatch: http://box:8080/signed-in',
  ],
  ['ko', { redirect_uri: '<script>' }, '등록된 주소 http://127.0.0.1:4567 에서만', 'redirect_mismatch: &lt;script&gt;'],
  ['en', { client_id: 'unknown' }, 'Sluice may have been set up again', 'Client does not exist.'],
])('an error says in %s what to do and leads back to the pages: %j', async (language, changes, text, message) => {
  const query = accounts.authorization(changes);
  const response = await accounts.get(`/oauth2/authorize?${query}`, { 'accept-language': language });
  const html = await response.text();
  expect(html).toContain(text);
  expect(html).toContain(`<code lang="en">${message}</code>`);
  expect(html).toContain('<a href="http://127.0.0.1:4567/">');
});

test('a sign-out with an address that is not registered leads back to the pages', async () => {
  const query = new URLSearchParams({ client_id: accounts.clientId, logout_uri: 'http://evil.example/' });
  const response = await accounts.get(`/logout?${query}`);
  expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  expect(await response.text()).toContain('<a href="http://127.0.0.1:4567/">');
});

test.each([
  [{ redirect_uri: 'https://evil.example/signed-in' }],
  [{ redirect_uri: `${CALLBACK}?x` }],
  [{ redirect_uri: undefined }],
  [{ client_id: 'unknown' }],
])('%j shows an error without a redirect', async (changes) => {
  for (const response of [
    await accounts.get(`/oauth2/authorize?${accounts.authorization(changes)}`),
    await accounts.post(`/login?${accounts.authorization(changes)}`, { username: 'admin' }),
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
])('%j redirects to the client with %s', async (changes, error) => {
  const response = await accounts.get(`/oauth2/authorize?${accounts.authorization(changes)}`);
  const location = new URL(response.headers.get('location') ?? 'none:');
  expect(response.status).toBe(302);
  expect([location.searchParams.get('error'), location.searchParams.get('state')]).toEqual([error, 'of the page']);
  expect(await accounts.codeFor('admin', changes)).toBe('');
});

test('rejects a form of another site and an unknown user', async () => {
  const path = `/login?${accounts.authorization()}`;
  for (const origin of ['https://evil.example', 'null']) {
    expect((await accounts.post(path, { username: 'admin' }, { origin })).status).toBe(403);
  }
  expect((await accounts.post(path, { username: 'root' })).status).toBe(400);
  expect((await accounts.post(path, { username: 'admin' }, { origin: accounts.endpoint })).status).toBe(302);
});

test('rejects requests for another host name', async () => {
  const { port } = new URL(accounts.endpoint);
  const path = `/oauth2/authorize?${accounts.authorization()}`;
  const request = httpRequest({ host: '127.0.0.1', port, path, headers: { host: `evil.example:${port}` } }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(403);
});

test('a refresh token renews the tokens of a sign-in, even after a restart, until it is revoked', async () => {
  const first = await accounts.tokensOf('uploader');
  const before = await accounts.verify(first['access_token']);
  await accounts.stop();
  await accounts.start();
  const refreshToken = first['refresh_token'] ?? '';
  const second = (await (await accounts.refresh(refreshToken)).json()) as Record<string, string>;
  expect(second).not.toHaveProperty('refresh_token');
  const after = await accounts.verify(second['access_token']);
  expect(after).toMatchObject({ sub: before.sub, origin_jti: before['origin_jti'], 'cognito:groups': ['uploader'] });
  expect(after.jti).not.toBe(before.jti);

  await accounts.post('/oauth2/revoke', { token: refreshToken, client_id: accounts.clientId });
  expect(await (await accounts.refresh(refreshToken)).json()).toEqual({ error: 'invalid_grant' });
});

test('a refresh token expires as the client specifies', async () => {
  const { refresh_token: token = '' } = await accounts.tokensOf('viewer');
  accounts.wait(30 * 86_400_000);
  expect(await (await accounts.refresh(token)).json()).toEqual({ error: 'invalid_grant' });
});

test('signing out redirects only to a logout URI of the client', async () => {
  const out = (uri: string) =>
    accounts.get(`/logout?${new URLSearchParams({ client_id: accounts.clientId, logout_uri: uri })}`);
  expect((await out('http://127.0.0.1:4567/')).headers.get('location')).toBe('http://127.0.0.1:4567/');
  expect((await out('https://evil.example/')).status).toBe(400);
});

test('only the owner can read the keys', async () => {
  for (const name of ['signing-key.json', 'refresh-tokens.json']) {
    expect((await stat(join(accounts.dir, 'accounts', name))).mode & 0o777).toBe(0o600);
  }
});

test('a script issues a token with the key on disk for the same user as in the browser', async () => {
  const key = await openTokenSigningKey(join(accounts.dir, 'accounts'));
  const { issuer, clientId, now } = accounts;
  const token = await mintAccessToken(key, { issuer, clientId, username: 'admin', groups: ['admin'], now });
  const { sub } = await accounts.verify((await accounts.tokensOf('admin'))['access_token']);
  expect(await accounts.verify(token)).toMatchObject({
    sub,
    client_id: accounts.clientId,
    token_use: 'access',
    'cognito:groups': ['admin'],
  });
});
