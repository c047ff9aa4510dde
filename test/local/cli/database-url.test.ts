import { explainDatabaseError, readDatabaseUrl } from '../../../local/cli/database-url.ts';
import { SqlEngineUnreachableError, SqlError } from '../../../local/rds-data/sql-engine.ts';

const URL_TEXT = 'postgres://user:secret@db.example/sluice';

test('reads a URL of either scheme; an empty one means the built-in database', () => {
  expect(readDatabaseUrl({ DATABASE_URL: URL_TEXT })?.host).toBe('db.example');
  expect(readDatabaseUrl({ DATABASE_URL: 'postgresql://localhost/x' })?.pathname).toBe('/x');
  expect(readDatabaseUrl({ DATABASE_URL: '' })).toBeUndefined();
  expect(readDatabaseUrl({})).toBeUndefined();
});

test.each(['localhost', 'mysql://user:secret@localhost/x', 'secret'])('names the variable, not its value, for %s', (value) => {
  expect(() => readDatabaseUrl({ DATABASE_URL: value })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  );
  expect(() => readDatabaseUrl({ DATABASE_URL: value })).toThrow('DATABASE_URL is not the URL of a PostgreSQL server');
});

test('names the variable for errors of its server', () => {
  const url = new URL(URL_TEXT);
  for (const error of [new SqlEngineUnreachableError('refused'), new SqlError('no such role', '28000')]) {
    expect(explainDatabaseError(error, url)).toMatchObject({
      message: `The server db.example of DATABASE_URL cannot be used: ${error.message}`,
    });
    expect(explainDatabaseError(error, undefined)).toBe(error);
  }
  const other = new Error('x');
  expect(explainDatabaseError(other, url)).toBe(other);
});
