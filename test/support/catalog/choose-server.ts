/**
 * Gives each worker of jest a PostgreSQL server of its own: the change feed waits for the transactions of all databases of a
 * server, so that suites on one server would delay each other.
 */
const servers = process.env['DATABASE_URLS']?.split(' ') ?? [];
if (servers.length > 0) {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1);
  process.env['DATABASE_URL'] = servers[(worker - 1) % servers.length];
}
