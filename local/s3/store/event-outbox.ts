import * as z from 'zod';
import { Outbox } from '../../durable/outbox.ts';
import { type Database, type DatabaseRow, readInteger, readText } from './database.ts';

/** Event in the format of EventBridge. */
export interface S3Event {
  readonly source: 'aws.s3';
  readonly 'detail-type': string;
  /** Time in ISO 8601, UTC. */
  readonly time: string;
  readonly resources: string[];
  readonly detail: Record<string, unknown>;
}

const eventSchema = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  time: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

/** Outbox of events for EventBridge, in a table of the store's database. */
export class EventOutbox extends Outbox<DatabaseRow> {
  readonly #database: Database;

  constructor(database: Database, publish: (event: S3Event) => Promise<void>) {
    super({
      oldest: () => database.get('SELECT id, event FROM outbox ORDER BY id LIMIT 1'),
      publish: (row) => publish(eventSchema.parse(JSON.parse(readText(row, 'event')))),
      remove: (row) => void database.run('DELETE FROM outbox WHERE id = ?', readInteger(row, 'id')),
    });
    this.#database = database;
  }

  /** Adds an event within the transaction that it reports; `publishPending` follows the commit. */
  add(event: S3Event): void {
    this.#database.run('INSERT INTO outbox (event) VALUES (?)', JSON.stringify(event));
  }
}
