import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExecuteStatementCommand, type ExecuteStatementCommandOutput } from '@aws-sdk/client-rds-data';
import type { CatalogConnection } from '../database.ts';

/** Runs of a statement, each of which may continue after its call has timed out. */
const MAX_RUNS = 3;

/** Thrown if a statement never succeeded within the time of a call, although it ended each time. */
export class LongStatementError extends Error {
  override readonly name = 'LongStatementError';
}

/**
 * Runs a statement that may take longer than a call of the Data API, outside any transaction: it continues after the
 * call has timed out. Once it no longer runs, it is run again, which succeeds at once if it was completed. It must
 * therefore be repeatable, such as `create index concurrently if not exists`.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 *
 * @param pollMs interval at which a continuing statement is looked at
 * @throws LongStatementError
 */
export async function runLongStatement(connection: CatalogConnection, text: string, pollMs = 1_000): Promise<void> {
  const mark = `sluice migration ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  for (let run = 1; run <= MAX_RUNS; run += 1) {
    await waitUntilIdle(connection, mark, pollMs);
    await dropInvalidIndexes(connection);
    if ((await executeInTime(connection, `/* ${mark} */ ${text}`)) !== undefined) return;
  }
  throw new LongStatementError(
    `A statement of a migration has not succeeded in ${MAX_RUNS} runs; the log of the database says why: ${text}`,
  );
}

/** Runs a statement. @returns undefined if the call has timed out, and the statement may continue */
async function executeInTime(connection: CatalogConnection, text: string): Promise<Rows | undefined> {
  try {
    return await execute(connection, text);
  } catch (error) {
    if (error instanceof Error && error.name === 'StatementTimeoutException') return undefined;
    throw error;
  }
}

/** Waits while the statement with the mark runs on any connection, or occupies the only one. */
async function waitUntilIdle(connection: CatalogConnection, mark: string, pollMs: number): Promise<void> {
  const running = `select pid from pg_stat_activity
    where pid <> pg_backend_pid() and state <> 'idle' and starts_with(query, '/* ${mark} */')`;
  for (;;) {
    const rows = await executeInTime(connection, running);
    if (rows?.length === 0) return;
    await sleep(pollMs);
  }
}

/** Drops indexes that an interrupted `create index concurrently` left behind, which would be taken for complete ones. */
async function dropInvalidIndexes(connection: CatalogConnection): Promise<void> {
  const invalid = `select cast(cast(indexrelid as regclass) as text) from pg_index
    where not indisvalid and cast(cast(indrelid as regclass) as text) not like 'pg\\_%'`;
  for (const [name] of await execute(connection, invalid)) {
    await execute(connection, `drop index if exists ${name?.stringValue}`);
  }
}

type Rows = NonNullable<ExecuteStatementCommandOutput['records']>;

async function execute({ client, location }: CatalogConnection, sql: string): Promise<Rows> {
  const { records = [] } = await client.send(
    new ExecuteStatementCommand({
      resourceArn: location.clusterArn,
      secretArn: location.secretArn,
      database: location.database,
      sql,
      continueAfterTimeout: true,
    }),
  );
  return records;
}
