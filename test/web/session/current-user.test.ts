import { ErrorResponse, ErrorTimeout, type User } from 'oidc-client-ts';
import { currentUser, type Users } from '../../../web/session/current-user.ts';

function userOf(expiresInSeconds: number, token: string): User {
  return ({
    access_token: token,
    refresh_token: 'refresh',
    expires_in: expiresInSeconds,
    expired: expiresInSeconds <= 0,
  }) as User;
}

/** Whoever is signed in, and what the token endpoint answers. */
function usersOf(user: User, renewed: () => Promise<User>): Users & { stored: User | null; renewals: number } {
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

describe('a token that is over', () => {
  test('is renewed once for all who ask at the same time', async () => {
    const users = usersOf(userOf(-5, 'old'), () => Promise.resolve(userOf(3600, 'new')));
    const all = await Promise.all([currentUser(users), currentUser(users), currentUser(users)]);
    expect(all.map((user) => user?.access_token)).toEqual(['new', 'new', 'new']);
    expect(users.renewals).toBe(1);
  });

  test.each([
    ['no connection', new TypeError('Failed to fetch')],
    ['no answer in time', new ErrorTimeout('Network timed out')],
    ['a broken token host', new Error('Bad Gateway (502)')],
    ['a token host that says so', new ErrorResponse({ error: 'temporarily_unavailable' })],
  ])('signs nobody out by %s, and is tried again', async (_what, error) => {
    let answers = rejecting(error);
    const users = usersOf(userOf(-5, 'old'), () => answers());
    const all = await Promise.allSettled([currentUser(users), currentUser(users)]);
    expect(all.map((one) => one.status === 'rejected' && one.reason)).toMatchObject([
      { code: 'offline', status: 0 },
      { code: 'offline', status: 0 },
    ]);
    // Each would wait for the same host, one after the other.
    expect(users.renewals).toBe(1);
    expect(users.stored).not.toBeNull();
    answers = async () => userOf(3600, 'new');
    expect((await currentUser(users))?.access_token).toBe('new');
  });

  test('signs out when the issuer refuses to renew it', async () => {
    const users = usersOf(userOf(-5, 'old'), rejecting(new ErrorResponse({ error: 'invalid_grant' })));
    expect(await currentUser(users)).toBeNull();
    expect(users.stored).toBeNull();
  });
});

test('a token that is nearly over serves when it cannot be renewed yet', async () => {
  const users = usersOf(userOf(30, 'old'), rejecting(new TypeError('Failed to fetch')));
  expect((await currentUser(users))?.access_token).toBe('old');
});
