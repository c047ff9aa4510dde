import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';

/**
 * Variables of a cloud whose catalog is gone afterwards: on the server that `DATABASE_URL` names a database of its own,
 * which goes with the scope; without one nothing is needed.
 */
export async function temporaryDatabase(): Promise<AsyncDisposable & { readonly env: Readonly<Record<string, string>> }> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined) return { env: {}, [Symbol.asyncDispose]: async () => undefined };
  const name = `bench_${uuidv7().replaceAll('-', '')}`;
  const carryOut = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await carryOut(`create database ${name}`);
  const own = new URL(server);
  own.pathname = `/${name}`;
  return { env: { DATABASE_URL: own.href }, [Symbol.asyncDispose]: () => carryOut(`drop database ${name}`) };
}
