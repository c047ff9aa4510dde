import * as z from 'zod';
import type { CorsRule } from '../../http/cors.ts';
import { type Database, type DatabaseRow, readInteger, readText } from './database.ts';
import { lifecycleRuleSchema } from './lifecycle-rule.ts';
import { s3Error } from './s3-error.ts';

const corsRuleSchema = z.object({
  allowedMethods: z.array(z.string()),
  allowedOrigins: z.array(z.string()),
  allowedHeaders: z.array(z.string()),
  exposedHeaders: z.array(z.string()),
  maxAgeSeconds: z.number().optional(),
}) satisfies z.ZodType<CorsRule>;

const configurationSchema = z.object({
  versioning: z.enum(['Enabled', 'Suspended']).optional(),
  /** Whether object events are published to EventBridge. */
  eventBridge: z.boolean(),
  corsRules: z.array(corsRuleSchema),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  lifecycleRules: z.array(lifecycleRuleSchema).default([]),
  /** Bucket policy document. */
  policy: z.unknown().optional(),
});
export type BucketConfiguration = z.infer<typeof configurationSchema>;

export interface Bucket extends BucketConfiguration {
  readonly name: string;
  readonly created: Date;
}

function toBucket(row: DatabaseRow): Bucket {
  return {
    name: readText(row, 'name'),
    created: new Date(readInteger(row, 'created_ms')),
    ...configurationSchema.parse(JSON.parse(readText(row, 'configuration'))),
  };
}

export class Buckets {
  readonly #database: Database;
  /** Cache of all buckets, which every request needs and only this class changes. */
  readonly #known = new Map<string, Bucket>();

  constructor(database: Database) {
    this.#database = database;
    for (const row of database.all('SELECT * FROM buckets ORDER BY name')) {
      const bucket = toBucket(row);
      this.#known.set(bucket.name, bucket);
    }
  }

  /** Creates a bucket, or replaces the configuration of an existing one. */
  put(name: string, configuration: BucketConfiguration): void {
    const created = this.#known.get(name)?.created ?? new Date();
    this.#database.run(
      'INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)',
      name,
      created.getTime(),
      JSON.stringify(configuration),
    );
    this.#known.set(name, { name, created, ...configuration });
  }

  /**
   * Deletes a bucket; without effect if it does not exist.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
   *
   * @throws ApiError `BucketNotEmpty` if it holds a version of an object, delete markers included
   */
  delete(name: string): void {
    if (this.#database.all('SELECT 1 FROM versions WHERE bucket = ? LIMIT 1', name).length > 0)
      throw s3Error('BucketNotEmpty', { BucketName: name });
    this.#database.run('DELETE FROM buckets WHERE name = ?', name);
    this.#known.delete(name);
  }

  find(name: string): Bucket | undefined {
    return this.#known.get(name);
  }

  /** Returns a bucket. @throws ApiError `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.#known.get(name);
    if (bucket === undefined) throw s3Error('NoSuchBucket', { BucketName: name });
    return bucket;
  }

  /** Returns all buckets in the order of their names. */
  list(): Bucket[] {
    return [...this.#known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
