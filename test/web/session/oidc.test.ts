import { browser } from '../../support/web/browser-stand-in.ts';
import type * as Oidc from '../../../web/session/oidc.ts';

const SIGN_IN = { issuer: 'https://issuer.example', clientId: 'pages', scope: 'openid' };
const METADATA = { issuer: SIGN_IN.issuer, authorization_endpoint: 'https://issuer.example/authorize' };

/** Loads the module as a page does: it keeps one client for as long as the page is open. */
function openPage(storageState: typeof browser.storageState): typeof Oidc {
  browser.storageState = storageState;
  jest.resetModules();
  return jest.requireActual<typeof Oidc>('../../../web/session/oidc.ts');
}

beforeEach(() => {
  browser.reset();
  Object.assign(globalThis, { window: globalThis, self: globalThis, stop: () => undefined });
  Object.assign(location, { assign: () => undefined });
  browser.respond = ({ path }) => ({ status: 200, body: path === '/api/sign-in' ? SIGN_IN : METADATA });
});

test('a visitor whose browser blocks storage is signed out', async () => {
  const users = await openPage('blocked').getUserManager();
  expect(await users.getUser()).toBeNull();
});

test('a sign-in says that it needs storage when the browser blocks it', async () => {
  await expect(openPage('blocked').redirectToSignIn('/')).rejects.toMatchObject({ code: 'storage_blocked' });
  await expect(openPage('blocked').completeSignIn()).rejects.toMatchObject({ code: 'storage_blocked' });
});

test.each([
  ['/videos/1?t=90', '/videos/1?t=90'],
  ['/', '/'],
  ['//other.example/', '/'],
  ['/\\other.example/', '/'],
  ['/\t/other.example/', '/'],
  ['/.//other.example/', '/'],
  ['https://other.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/videos/%', '/'],
  [undefined, '/'],
])('a sign-in that started from %j returns to %s', async (returnTo, expected) => {
  const users = openPage('open');
  const manager = await users.getUserManager();
  jest.spyOn(manager, 'signinRedirectCallback').mockResolvedValue({ state: { returnTo } } as never);
  expect(await users.completeSignIn()).toBe(expected);
});

test('a sign-in says that it needs storage when the storage is full', async () => {
  await expect(openPage('full').redirectToSignIn('/')).rejects.toMatchObject({ code: 'storage_blocked' });
});
