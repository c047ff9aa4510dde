import { PgEngine } from '../../../local/rds-data/pg-engine.ts';
import { SqlEngineBusyError, SqlEngineUnreachableError } from '../../../local/rds-data/sql-engine.ts';

const databaseUrl = process.env['DATABASE_URL'];
const statement = { text: 'select 1', values: [] };

test('reports an unreachable server for statements and transactions', async () => {
  const engine = new PgEngine('postgres://nobody@127.0.0.1:1/nowhere');
  await expect(engine.query(statement)).rejects.toThrow(SqlEngineUnreachableError);
  await expect(engine.begin()).rejects.toThrow('ECONNREFUSED');
  await engine.close();
});

(databaseUrl === undefined ? describe.skip : describe)('on a server', () => {
  test('rejects a caller that waited too long for a connection', async () => {
    const engine = new PgEngine(databaseUrl ?? '', { maxConnections: 1, connectTimeoutMs: 1500 });
    const transaction = await engine.begin();
    await expect(engine.query(statement)).rejects.toThrow(SqlEngineBusyError);
    await transaction.rollback();
    expect((await engine.query(statement)).rows).toEqual([['1']]);
    await engine.close();
  });
});
