import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { CatalogDatabase } from '../../../catalog/database.ts';
import { acquireKey, completeKey, releaseKey } from '../../../catalog/idempotency/keys.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
}, { role: 'api' });

describe('an idempotency key', () => {
  const request = (key: string, requestHash = 'hash') => ({ ownerId: 'keys', key, requestHash, resourceId: uuidv7() });
  const age = (key: string, column: string, interval: string) =>
    database.execute(
      sql`update idempotency_keys set ${sql.raw(column)} = now() - cast(${interval} as interval) where key = ${key}`,
    );

  test('is acquired by one of many callers, and is then in progress, completed or reused', async () => {
    const states = await Promise.all([1, 2, 3, 4].map(() => acquireKey(database, request('many'))));
    expect(states.map(({ state }) => state).toSorted()).toEqual([
      'acquired',
      'in_progress',
      'in_progress',
      'in_progress',
    ]);
    expect(await acquireKey(database, request('many', 'other'))).toEqual({ state: 'reused' });
    const acquired = states.find((each) => 'resourceId' in each);
    await completeKey(database, request('many'));
    expect(await acquireKey(database, request('many'))).toEqual({ ...acquired, state: 'completed' });
  });

  test('is acquired again with its id after its first attempt failed or was interrupted', async () => {
    const first = await acquireKey(database, request('broken'));
    await releaseKey(database, request('broken'));
    expect(await acquireKey(database, request('broken'))).toEqual(first);
    await age('broken', 'started_at', '2 minutes');
    expect(await acquireKey(database, request('broken'))).toEqual(first);
  });

  test('expires after a day', async () => {
    const first = request('day');
    await acquireKey(database, first);
    await completeKey(database, first);
    await age('day', 'created_at', '25 hours');
    const again = request('day', 'other');
    expect(await acquireKey(database, again)).toEqual({ state: 'acquired', resourceId: again.resourceId });
    await age('day', 'created_at', '25 hours');
    await acquireKey(database, request('next'));
    const { rows } = await database.execute(sql`select key from idempotency_keys where key = 'day'`);
    expect(rows).toEqual([]);
  });
});
