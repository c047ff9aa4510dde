import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describeError } from '../../../lambdas/runtime/logger.ts';
import { type LocalCatalog, startLocalCatalog } from '../../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
beforeAll(async () => {
  catalog = await startLocalCatalog();
});
afterAll(() => catalog.close());

const TITLE = 'A confidential\n    title';

async function describeFailure(statement: Promise<unknown>) {
  return statement.then(
    () => 'it succeeded',
    (error: unknown) => describeError(new Error('Not written', { cause: error })),
  );
}

function insert(id: string, key: string) {
  return catalog.database.execute(sql`
    insert into videos (id, bucket, key, title) values (cast(${id} as uuid), 'b', ${key}, ${TITLE})`);
}

test('logs the text and the error of a failed statement, but none of its values', async () => {
  const [id, key] = [randomUUID(), 'uploads/secret.mp4'];
  await insert(id, key);
  const described = await describeFailure(insert(id, key));
  expect(described).toMatchObject({
    message: 'Not written',
    cause: {
      name: 'DrizzleQueryError',
      query: expect.stringContaining('insert into videos'),
      stack: expect.stringMatching(/^at /),
      cause: {
        name: 'DatabaseErrorException',
        message: expect.stringMatching(/^ERROR: duplicate key .* "videos_pkey"; SQLState: 23505$/),
      },
    },
  });
  expect(JSON.stringify(described)).not.toMatch(new RegExp(`${id}|secret|confidential`));
});

test('logs only the SQL state of a value that the database cannot read', async () => {
  const described = await describeFailure(insert('the secret', 'key'));
  expect(described).toMatchObject({ cause: { cause: { message: 'SQLState: 22P02' } } });
  expect(JSON.stringify(described)).not.toMatch(/secret|confidential/);
});

test('logs any other error with its causes', () => {
  const cause = Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' });
  expect(describeError(new Error('No response', { cause }))).toMatchObject({
    name: 'Error',
    message: 'No response',
    stack: expect.stringContaining('logger.test'),
    cause: { name: 'TypeError', message: 'fetch failed', code: 'ECONNREFUSED' },
  });
  expect(describeError('thrown text')).toEqual({ message: 'thrown text' });
});
