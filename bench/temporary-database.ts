import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';

/**
 * Returns the environment of a cloud with a temporary catalog: a new database on the server that `DATABASE_URL` names,
 * dropped when the scope ends. Without that variable the cloud's own database is temporary anyway.
 */
export async function temporaryDatabase(): Promise<
  AsyncDisposable & { readonly env: Readonly<Record<string, string>> }
> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined) return { env: {}, [Symbol.asyncDispose]: async () => undefined };
  const name = `bench_${uuidv7().replaceAll('-', '')}`;
  const execute = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await execute(`create database ${name}`);
  const own = new URL(server);
  own.pathname = `/${name}`;
  return { env: { DATABASE_URL: own.href }, [Symbol.asyncDispose]: () => execute(`drop database ${name}`) };
}
