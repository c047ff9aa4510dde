import { ErrorResponse, ErrorTimeout, type User } from 'oidc-client-ts';
import { getCurrentUser, type UserStore } from '../../../web/session/current-user.ts';

function userOf(expiresInSeconds: number, token: string): User {
  return ({
    access_token: token,
    refresh_token: 'refresh',
    expires_in: expiresInSeconds,
    expired: expiresInSeconds <= 0,
  }) as User;
}

/** Makes a store with a signed-in user and the given response of the token endpoint. */
function usersOf(user: User, renewed: () => Promise<User>): UserStore & { stored: User | null; renewals: number } {
  const users = {
    stored: user as User | null,
    renewals: 0,
    getUser: () => Promise.resolve(users.stored),
    signinSilent: async () => {
      users.renewals++;
      users.stored = await renewed();
      return users.stored;
    },
    removeUser: async () => {
      users.stored = null;
    },
  };
  return users;
}

function rejecting(error: Error) {
  return async (): Promise<User> => {
    throw error;
  };
}

describe('an expired token', () => {
  test('is renewed once for concurrent callers', async () => {
    const users = usersOf(userOf(-5, 'old'), () => Promise.resolve(userOf(3600, 'new')));
    const all = await Promise.all([getCurrentUser(users), getCurrentUser(users), getCurrentUser(users)]);
    expect(all.map((user) => user?.access_token)).toEqual(['new', 'new', 'new']);
    expect(users.renewals).toBe(1);
  });

  test.each([
    ['no connection', new TypeError('Failed to fetch')],
    ['a timeout', new ErrorTimeout('Network timed out')],
    ['a failing token endpoint', new Error('Bad Gateway (502)')],
    ['an unavailable token endpoint', new ErrorResponse({ error: 'temporarily_unavailable' })],
  ])('stays signed in after %s, and renews later', async (_what, error) => {
    let renew = rejecting(error);
    const users = usersOf(userOf(-5, 'old'), () => renew());
    const all = await Promise.allSettled([getCurrentUser(users), getCurrentUser(users)]);
    expect(all.map((one) => one.status === 'rejected' && one.reason)).toMatchObject([
      { code: 'offline', status: 0 },
      { code: 'offline', status: 0 },
    ]);
    // Otherwise each caller would wait for the same endpoint in turn.
    expect(users.renewals).toBe(1);
    expect(users.stored).not.toBeNull();
    renew = async () => userOf(3600, 'new');
    expect((await getCurrentUser(users))?.access_token).toBe('new');
  });

  test('signs the user out when the issuer rejects the renewal', async () => {
    const users = usersOf(userOf(-5, 'old'), rejecting(new ErrorResponse({ error: 'invalid_grant' })));
    expect(await getCurrentUser(users)).toBeNull();
    expect(users.stored).toBeNull();
  });
});

test('uses a token about to expire when it cannot be renewed yet', async () => {
  const users = usersOf(userOf(30, 'old'), rejecting(new TypeError('Failed to fetch')));
  expect((await getCurrentUser(users))?.access_token).toBe('old');
});
