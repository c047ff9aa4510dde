import * as z from 'zod';
import { CHECKSUM_ALGORITHMS } from './checksums.ts';
import { type Database, type DatabaseRow, readInteger, readText } from './database.ts';

/** Headers that S3 stores with an object and returns. */
export const KEPT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
] as const;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

const segmentSchema = z.object({ id: z.string(), offset: z.number(), size: z.number() });

export const detailsSchema = z.object({
  headers: z.partialRecord(z.enum(KEPT_HEADERS), z.string()),
  /** User metadata by lower-case name, without `x-amz-meta-`. */
  metadata: z.record(z.string(), z.string()),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  storageClass: z.string(),
  checksum: z
    .object({
      algorithm: z.enum(CHECKSUM_ALGORITHMS),
      type: z.enum(['FULL_OBJECT', 'COMPOSITE']),
      value: z.string(),
    })
    .optional(),
  /** Parts of a multipart object. */
  parts: z.array(z.object({ number: z.number(), size: z.number(), checksum: z.string().optional() })).optional(),
  segments: z.array(segmentSchema),
});
export type ObjectDetails = z.infer<typeof detailsSchema>;

/** Version of an object, or a delete marker. */
export interface StoredVersion extends ObjectDetails {
  readonly bucket: string;
  readonly key: string;
  /** Version id; `null` if it was written while versioning was not enabled. */
  readonly versionId: string;
  /** Position in the order of all versions of all objects. */
  readonly sequencer: number;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly sizeBytes: number;
  /** Entity tag without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

export const NULL_VERSION = 'null';

function toVersion(row: DatabaseRow): StoredVersion {
  return {
    ...detailsSchema.parse(JSON.parse(readText(row, 'details'))),
    bucket: readText(row, 'bucket'),
    key: readText(row, 'key'),
    versionId: readText(row, 'version_id'),
    sequencer: readInteger(row, 'sequencer'),
    isLatest: readInteger(row, 'is_latest') === 1,
    isDeleteMarker: readInteger(row, 'delete_marker') === 1,
    sizeBytes: readInteger(row, 'size'),
    etag: readText(row, 'etag'),
    lastModified: new Date(readInteger(row, 'modified_ms')),
  };
}

/** Table of versions; `VersionStore` implements the rules of versioning. */
export class StoredVersions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  findLatest(bucket: string, key: string): StoredVersion | undefined {
    const row = this.#database.get(
      'SELECT * FROM versions WHERE bucket = ? AND key = ? AND is_latest = 1',
      bucket,
      key,
    );
    return row && toVersion(row);
  }

  find(bucket: string, key: string, versionId: string): StoredVersion | undefined {
    const row = this.#database.get(
      'SELECT * FROM versions WHERE bucket = ? AND key = ? AND version_id = ?',
      bucket,
      key,
      versionId,
    );
    return row && toVersion(row);
  }

  /** Inserts a version as the latest of its key. */
  insert(version: StoredVersion): void {
    const { bucket, key, versionId, sequencer, isDeleteMarker, sizeBytes, etag, lastModified, ...details } = version;
    this.#database.run('UPDATE versions SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1', bucket, key);
    this.#database.run(
      'INSERT INTO versions VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)',
      bucket,
      key,
      sequencer,
      versionId,
      isDeleteMarker ? 1 : 0,
      sizeBytes,
      etag,
      lastModified.getTime(),
      JSON.stringify(detailsSchema.parse(details)),
    );
  }

  /** Removes a version; the newest remaining one becomes the latest. */
  remove({ bucket, key, sequencer }: Pick<StoredVersion, 'bucket' | 'key' | 'sequencer'>): void {
    this.#database.run('DELETE FROM versions WHERE bucket = ? AND key = ? AND sequencer = ?', bucket, key, sequencer);
    this.#database.run(
      `UPDATE versions SET is_latest = 1 WHERE bucket = ?1 AND key = ?2
         AND sequencer = (SELECT max(sequencer) FROM versions WHERE bucket = ?1 AND key = ?2)`,
      bucket,
      key,
    );
  }

  setTags({ bucket, key, sequencer }: StoredVersion, tags: readonly Tag[]): void {
    this.#database.run(
      `UPDATE versions SET details = json_set(details, '$.tags', json(?)) WHERE bucket = ? AND key = ? AND sequencer = ?`,
      JSON.stringify(tags),
      bucket,
      key,
      sequencer,
    );
  }

  setStorageClass({ bucket, key, sequencer }: StoredVersion, storageClass: string): void {
    this.#database.run(
      `UPDATE versions SET details = json_set(details, '$.storageClass', ?) WHERE bucket = ? AND key = ? AND sequencer = ?`,
      storageClass,
      bucket,
      key,
      sequencer,
    );
  }

  /** Returns a number that increases with every call, even across restarts: microseconds since the epoch, or the last plus one. */
  takeSequencer(): number {
    const last = this.#database.get(`SELECT value FROM counters WHERE name = 'sequencer'`);
    const next = Math.max(Date.now() * 1000, last === undefined ? 0 : readInteger(last, 'value') + 1);
    this.#database.run(`INSERT OR REPLACE INTO counters VALUES ('sequencer', ?)`, next);
    return next;
  }
}
