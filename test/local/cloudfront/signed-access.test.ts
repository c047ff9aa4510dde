import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { EdgeFixture, KEYS } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;

beforeAll(async () => {
  edge = await EdgeFixture.start();
  await edge.distribution({ TrustedKeyGroups: [await edge.keyGroup()] });
  for (const key of ['v/one/a.mp4', 'v/two/a.mp4', 'v/one.mp4']) edge.put(key, `bytes of ${key}`);
});

afterAll(() => edge.stop());

const HOUR = 3600;

function epoch(offsetSeconds: number) {
  return Math.floor(edge.now.getTime() / 1000) + offsetSeconds;
}

interface PolicyFields {
  resource?: string;
  expires?: number;
  more?: object;
}

function policyOf({ resource = `${edge.url}/v/one/*`, expires = epoch(HOUR), more = {} }: PolicyFields = {}) {
  return JSON.stringify({
    Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': expires }, ...more } }],
  });
}

interface Signing extends PolicyFields {
  key?: keyof typeof KEYS;
  keyPairId?: string;
  algorithm?: 'SHA1' | 'SHA256';
  policy?: string;
}

/** Signs a custom policy and returns the query parameters. */
function signed({ key = 'ec', keyPairId = edge.ref('Ec'), algorithm = 'SHA256', policy, ...fields }: Signing = {}) {
  const input = { keyPairId, privateKey: KEYS[key].privateKey, algorithm, policy: policy ?? policyOf(fields) };
  return getSignedUrl({ ...input, url: `${edge.url}/` }).split('?')[1] ?? '';
}

async function status(path: string, headers?: Record<string, string>) {
  return (await edge.get(path, headers)).status;
}

async function code(path: string, headers?: Record<string, string>) {
  const response = await edge.get(path, headers);
  return [response.status, /<Code>(.*)<\/Code>/.exec(response.body.toString())?.[1]];
}

test('one signature gives access to every path of its policy, with any query', async () => {
  const query = signed();
  expect((await edge.get(`/v/one/a.mp4?${query}`)).body.toString()).toBe('bytes of v/one/a.mp4');
  expect(await status(`/v/one/a.mp4?color=red&${query}&x=1`)).toBe(200);
});

test('an unsigned request is rejected with the missing parameter', async () => {
  const response = await edge.get('/v/one/a.mp4');
  expect(response.status).toBe(403);
  expect(response.headers['content-type']).toBe('text/xml');
  expect(response.body.toString()).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or cookie value</Message></Error>',
  );
});

test.each([
  ['ECDSA with SHA-256', { key: 'ec', algorithm: 'SHA256' }],
  ['ECDSA with SHA-1', { key: 'ec', algorithm: 'SHA1' }],
  ['RSA with SHA-256', { key: 'rsa', keyPairId: 'Rsa', algorithm: 'SHA256' }],
  ['RSA with SHA-1', { key: 'rsa', keyPairId: 'Rsa', algorithm: 'SHA1' }],
] as const)('%s is verified', async (_, { key, algorithm }) => {
  const keyPairId = edge.ref(key === 'ec' ? 'Ec' : 'Rsa');
  expect(await status(`/v/one/a.mp4?${signed({ key, keyPairId, algorithm })}`)).toBe(200);
});

test("another video's signature is rejected", async () => {
  expect(await code(`/v/two/a.mp4?${signed()}`)).toEqual([403, 'AccessDenied']);
  expect(await code(`/v/one.mp4?${signed()}`)).toEqual([403, 'AccessDenied']);
});

test('dot segments do not give access to another video', async () => {
  expect(await status(`/v/one/../two/a.mp4?${signed()}`)).toBe(403);
  expect(await status(`/v/one/%2e%2e/two/a.mp4?${signed()}`)).toBe(403);
});

test.each(['Policy', 'Signature', 'Key-Pair-Id'])(
  'a URL whose %s is changed by one character, repeated or missing is rejected',
  async (name) => {
    const query = signed();
    const value = new URLSearchParams(query).get(name) ?? '';
    const other = value.slice(0, 20) + (value[20] === 'A' ? 'B' : 'A') + value.slice(21);
    const changed = query.replace(`${name}=${value}`, `${name}=${name === 'Key-Pair-Id' ? 'KOTHER' : other}`);
    expect(changed).not.toBe(query);
    expect(await status(`/v/one/a.mp4?${changed}`)).toBe(403);
    expect(await status(`/v/one/a.mp4?${query}&${name}=${value}`)).toBe(403);
    expect(await status(`/v/one/a.mp4?${query.replace(new RegExp(`&?${name}=[^&]*`), '')}`)).toBe(403);
  },
);

test('the wrong hash algorithm is rejected', async () => {
  const query = signed();
  expect(await status(`/v/one/a.mp4?${query.replace('&Hash-Algorithm=SHA256', '')}`)).toBe(403);
  expect(await status(`/v/one/a.mp4?${query.replace('=SHA256', '=SHA1')}`)).toBe(403);
  expect(await status(`/v/one/a.mp4?${query.replace('=SHA256', '=MD5')}`)).toBe(403);
});

test('a signature by an untrusted key is rejected', async () => {
  expect(await code(`/v/one/a.mp4?${signed({ key: 'stranger' })}`)).toEqual([403, 'AccessDenied']);
  expect(await code(`/v/one/a.mp4?${signed({ key: 'stranger', keyPairId: 'KSTRANGER' })}`)).toEqual([
    403,
    'InvalidKey',
  ]);
});

test('a signature is valid from its start to its expiry', async () => {
  expect(await status(`/v/one/a.mp4?${signed({ expires: epoch(1) })}`)).toBe(200);
  expect(await status(`/v/one/a.mp4?${signed({ expires: epoch(0) })}`)).toBe(403);
  expect(await status(`/v/one/a.mp4?${signed({ expires: epoch(-HOUR) })}`)).toBe(403);
  const from = (offset: number) => signed({ more: { DateGreaterThan: { 'AWS:EpochTime': epoch(offset) } } });
  expect(await status(`/v/one/a.mp4?${from(-1)}`)).toBe(200);
  expect(await status(`/v/one/a.mp4?${from(1)}`)).toBe(403);
});

test('a signature that was accepted before is rejected after its expiry', async () => {
  const query = signed({ expires: epoch(60) });
  const before = edge.now;
  expect(await status(`/v/one/a.mp4?${query}`)).toBe(200);
  edge.now = new Date(before.getTime() + 60_000);
  expect(await status(`/v/one/a.mp4?${query}`)).toBe(403);
  edge.now = before;
});

test('removing a key from the group rejects its signatures, and no others', async () => {
  const [query, other] = [signed(), signed({ key: 'rsa', keyPairId: edge.ref('Rsa') })];
  expect([await status(`/v/one/a.mp4?${query}`), await status(`/v/one/a.mp4?${other}`)]).toEqual([200, 200]);
  edge.cloudFront.addKeyGroup(edge.ref('Group'), [edge.ref('Rsa')]);
  expect(await code(`/v/one/a.mp4?${query}`)).toEqual([403, 'InvalidKey']);
  expect(await status(`/v/one/a.mp4?${other}`)).toBe(200);
  edge.cloudFront.addKeyGroup(edge.ref('Group'), [edge.ref('Ec'), edge.ref('Rsa')]);
  expect(await status(`/v/one/a.mp4?${query}`)).toBe(200);
});

function forAddress(range: string) {
  return signed({ more: { IpAddress: { 'AWS:SourceIp': range } } });
}

test('a signature is valid only for its IP addresses', async () => {
  expect(await status(`/v/one/a.mp4?${forAddress('127.0.0.0/8')}`)).toBe(200);
  expect(await status(`/v/one/a.mp4?${forAddress('127.0.0.1')}`)).toBe(200);
  expect(await status(`/v/one/a.mp4?${forAddress('192.0.2.0/24')}`)).toBe(403);
  expect(await status(`/v/one/a.mp4?${forAddress('nonsense')}`)).toBe(403);
});

test.each([
  ['/v/one/a.mp?', '', 200],
  ['/v/*/a.mp4', '', 200],
  ['/v/*/a.mp4', 'x=1&', 403],
  ['/v/one/a.mp4*', 'x=1&', 200],
  ['/v/one/?.mp4*', 'x=1&', 200],
  ['/v/one/a.mp4', 'x=1&', 403],
  ['/v/one/a.mp4?', '', 403],
  ['/v/one/a.mp4?', 'x=1&', 403],
  ['/V/one/*', '', 403],
  ['/v/one/', '', 403],
  ['*', 'x=1&', 200],
])('the resource %s for a URL with the query "%s" responds %i', async (resource, own, expected) => {
  const whole = resource === '*' ? '*' : edge.url + resource;
  expect(await status(`/v/one/a.mp4?${own}${signed({ resource: whole })}`)).toBe(expected);
});

test('a resource on another host is rejected', async () => {
  expect(await status(`/v/one/a.mp4?${signed({ resource: 'http://other.example/v/one/*' })}`)).toBe(403);
  expect(await status(`/v/one/a.mp4?${signed({ resource: 'http*://127.0.0.1*/v/one/*' })}`)).toBe(200);
});

test.each([
  ['no statement', '{"Statement":[]}'],
  ['two statements', '{"Statement":[{},{}]}'],
  ['no expiry', '{"Statement":[{"Resource":"*","Condition":{}}]}'],
  [
    'an unknown condition',
    '{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":9999999999},"X":{}}}]}',
  ],
  ['invalid JSON', 'x'],
])('a validly signed policy with %s is rejected', async (_, policy) => {
  expect(await code(`/v/one/a.mp4?${signed({ policy })}`)).toEqual([403, 'MalformedPolicy']);
});

function canned(path: string, seconds = HOUR) {
  return getSignedUrl({
    url: `${edge.url}${path}`,
    keyPairId: edge.ref('Ec'),
    privateKey: KEYS.ec.privateKey,
    algorithm: 'SHA256',
    dateLessThan: new Date(edge.now.getTime() + seconds * 1000).toISOString(),
  }).slice(edge.url.length);
}

describe('a canned policy', () => {
  test('gives access to exactly its URL until its expiry', async () => {
    expect(await status(canned('/v/one/a.mp4'))).toBe(200);
    expect(await status(canned('/v/one/a.mp4?size=large'))).toBe(200);
    expect(await status(canned('/v/one/a.mp4', -1))).toBe(403);
    expect(await status(canned('/v/one/a.mp4').replace('one', 'two'))).toBe(403);
    expect(await status(`${canned('/v/one/a.mp4')}&x=1`)).toBe(403);
    expect(await status(canned('/v/one/a.mp4').replace(/Expires=\d+/, `Expires=${epoch(9 * HOUR)}`))).toBe(403);
  });
});

function cookies(fields: PolicyFields = {}) {
  const input = { keyPairId: edge.ref('Rsa'), privateKey: KEYS.rsa.privateKey, policy: policyOf(fields) };
  return Object.entries(getSignedCookies(input)).map(([name, value]) => `${name}=${String(value)}`);
}

describe('cookies', () => {
  test('give the same access as a URL with the same policy', async () => {
    expect(await status('/v/one/a.mp4', { cookie: cookies().join('; ') })).toBe(200);
    expect(await status('/v/two/a.mp4', { cookie: cookies().join('; ') })).toBe(403);
    expect(await status('/v/one/a.mp4', { cookie: cookies({ expires: epoch(-1) }).join('; ') })).toBe(403);
    expect(await status('/v/one/a.mp4', { cookie: cookies().slice(0, 2).join('; ') })).toBe(403);
  });

  test('do not replace an invalid signature in the URL', async () => {
    const query = signed({ expires: epoch(-1) });
    expect(await status(`/v/one/a.mp4?${query}`, { cookie: cookies().join('; ') })).toBe(403);
  });
});

test('a rejection is not cached: the correct signature works at once', async () => {
  edge.put('v/one/fresh.mp4', 'fresh');
  expect(await status('/v/one/fresh.mp4')).toBe(403);
  expect(await status(`/v/one/fresh.mp4?${signed()}`)).toBe(200);
  expect(await status('/v/one/fresh.mp4')).toBe(403);
});

test('the access log has the path and no signature', async () => {
  edge.put('v/one/logged.mp4', 'logged');
  await edge.get(`/v/one/logged.mp4?${signed()}`);
  let log = '';
  while (!log.includes('/v/one/logged.mp4')) log = await edge.accessLog;
  expect(log).not.toMatch(/Signature|Policy=|\?/);
});
