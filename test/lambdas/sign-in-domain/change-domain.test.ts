import { changeDomain, type PoolDomain } from '../../../lambdas/sign-in-domain/change-domain.ts';

type Action = 'create' | 'delete' | 'find';

/** Pool whose calls fail in turn with the errors that are listed for them. */
function makePool(initial: string | undefined, failures: Partial<Record<Action, Error[]>> = {}) {
  const calls: string[] = [];
  const state = { domain: initial };
  const attempt = (action: Action, prefix = ''): void => {
    calls.push(`${action} ${prefix}`.trim());
    const next = failures[action]?.shift();
    if (next !== undefined) throw next;
  };
  const pool: PoolDomain = {
    find: async () => {
      attempt('find');
      return state.domain;
    },
    create: async (prefix) => {
      attempt('create', prefix);
      state.domain = prefix;
    },
    delete: async (prefix) => {
      attempt('delete', prefix);
      state.domain = undefined;
    },
  };
  return { pool, state, calls };
}

function failure(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

function taken(): Error {
  return failure('InvalidParameterException', 'Domain already associated with another user pool.');
}

async function noPause(): Promise<void> {
  await Promise.resolve();
}

test('deletes the old domain, creates the new one, and sees that the pool has it', async () => {
  const { pool, calls } = makePool('old');
  await changeDomain(pool, 'new', noPause);
  expect(calls).toEqual(['find', 'delete old', 'find', 'create new', 'find']);
});

test('changes nothing if the pool already has the domain, as when a request is repeated', async () => {
  const { pool, calls } = makePool('new');
  await changeDomain(pool, 'new', noPause);
  expect(calls).toEqual(['find']);
});

test('repeats what a throttle, a concurrent change or a domain that is still being deleted refuses', async () => {
  const { pool, state } = makePool('old', {
    find: [failure('InternalErrorException'), failure('TooManyRequestsException')],
    create: [failure('InvalidParameterException', 'User pool already has a domain configured.')],
    delete: [failure('ConcurrentModificationException'), failure('TimeoutError')],
  });
  await changeDomain(pool, 'new', noPause);
  expect(state.domain).toBe('new');
});

test('restores the old domain if the new one belongs to another pool, however the first attempts fail', async () => {
  const { pool, state } = makePool('old', { create: [taken(), taken(), failure('Unknown')] });
  await expect(changeDomain(pool, 'new', noPause)).rejects.toThrow('Domain already associated with another user pool.');
  expect(state.domain).toBe('old');
});

test('names both failures if the old domain cannot be restored', async () => {
  const { pool } = makePool('old', { create: Array.from({ length: 30 }, taken) });
  await expect(changeDomain(pool, 'new', noPause)).rejects.toMatchObject({
    code: 'sign_in_domain_lost',
    message: expect.stringMatching(/another user pool.* lost its domain old: /),
  });
});

test('ends after a minute of failing requests, with the last error', async () => {
  const { pool, calls } = makePool('old', { find: Array.from({ length: 30 }, () => failure('TimeoutError')) });
  await expect(changeDomain(pool, 'new', noPause)).rejects.toThrow('TimeoutError');
  expect(calls).toHaveLength(13);
});
