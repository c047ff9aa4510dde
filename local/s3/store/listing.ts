import { type Database, type DatabaseRow, readInteger, readText } from './database.ts';
import { type PendingUpload, toPendingUpload } from './multipart-uploads.ts';

export interface ListedVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly storageClass: string;
  readonly checksum?: { readonly algorithm: string; readonly type: string };
}

interface ListingRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** Separator; keys that are equal up to its first occurrence after the prefix become one common prefix. */
  readonly delimiter?: string | undefined;
  /** Key or common prefix after which the listing starts; all keys under a common prefix are skipped. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Listing<Item> {
  readonly items: Item[];
  readonly commonPrefixes: string[];
  readonly isTruncated: boolean;
  /** Last key or common prefix of the page. */
  readonly last?: string;
}

/** Suffix that sorts after every key with the same beginning, in UTF-8. */
const AFTER_ALL = '\u{10ffff}';

/** Returns the key after which the listing starts. */
function startAfter({ prefix, delimiter, after }: ListingRequest): string | undefined {
  if (after === undefined || !delimiter || !after.startsWith(prefix)) return after;
  const at = after.indexOf(delimiter, prefix.length);
  return at >= 0 && at + delimiter.length === after.length ? after + AFTER_ALL : after;
}

/**
 * Walks keys in order, skipping each common prefix, so that the cost depends on the page and not on the bucket.
 *
 * @param fetch returns rows in the order of `key`, from `from` (inclusive or exclusive) on
 */
function walk<Item>(
  request: ListingRequest,
  fetch: (from: string, exclusive: boolean, limit: number) => Iterable<DatabaseRow>,
  toItem: (row: DatabaseRow) => Item,
): Listing<Item> {
  const { prefix, delimiter, limit } = request;
  const items: Item[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  if (limit === 0) return { items, commonPrefixes, isTruncated: false };
  const marker = startAfter(request);
  let from = prefix;
  let exclusive = false;
  if (marker !== undefined && Buffer.compare(Buffer.from(marker), Buffer.from(prefix)) >= 0) {
    from = marker;
    exclusive = true;
  }
  const result = (isTruncated: boolean): Listing<Item> => ({
    items,
    commonPrefixes,
    isTruncated,
    ...(last === undefined ? {} : { last }),
  });
  for (;;) {
    const room = limit - items.length - commonPrefixes.length;
    const rows = fetch(from, exclusive, room + 1);
    let skipped = false;
    for (const row of rows) {
      const key = readText(row, 'key');
      if (!key.startsWith(prefix)) return result(false);
      if (items.length + commonPrefixes.length >= limit) return result(true);
      const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      if (delimiter && at >= 0) {
        const common = key.slice(0, at + delimiter.length);
        if (common !== commonPrefixes.at(-1)) commonPrefixes.push(common);
        last = common;
        from = common + AFTER_ALL;
        exclusive = true;
        skipped = true;
        break;
      }
      items.push(toItem(row));
      last = key;
    }
    if (!skipped) return result(false);
  }
}

const LISTED =
  `SELECT key, sequencer, version_id, is_latest, delete_marker, size, etag, modified_ms,` +
  ` json_extract(details, '$.storageClass') AS storage_class,` +
  ` json_extract(details, '$.checksum.algorithm') AS checksum_algorithm,` +
  ` json_extract(details, '$.checksum.type') AS checksum_type FROM versions`;

function toListed(row: DatabaseRow): ListedVersion {
  return {
    key: readText(row, 'key'),
    versionId: readText(row, 'version_id'),
    isLatest: readInteger(row, 'is_latest') === 1,
    isDeleteMarker: readInteger(row, 'delete_marker') === 1,
    sizeBytes: readInteger(row, 'size'),
    etag: readText(row, 'etag'),
    lastModified: new Date(readInteger(row, 'modified_ms')),
    storageClass: readText(row, 'storage_class'),
    ...(row['checksum_algorithm'] === null
      ? {}
      : { checksum: { algorithm: readText(row, 'checksum_algorithm'), type: readText(row, 'checksum_type') } }),
  };
}

/** Lists current objects, in the byte order of their keys. */
export function listObjectPage(database: Database, request: ListingRequest): Listing<ListedVersion> {
  return walk(
    request,
    (from, exclusive, limit) =>
      database.iterate(
        `${LISTED} WHERE bucket = ? AND is_latest = 1 AND delete_marker = 0
          AND key ${exclusive ? '>' : '>='} ? ORDER BY key LIMIT ?`,
        request.bucket,
        from,
        limit,
      ),
    toListed,
  );
}

/** Lists all versions and delete markers, the newest of each key first. */
export function listVersionPage(
  database: Database,
  request: ListingRequest & { readonly afterVersionId?: string | undefined },
): Listing<ListedVersion> {
  const { bucket, after, afterVersionId } = request;
  // If the marker version has been deleted since the last page, its position is unknown: the key is listed from its start.
  let marker: DatabaseRow | undefined;
  let lostMarker = false;
  if (after !== undefined && afterVersionId !== undefined) {
    marker = database.get(
      'SELECT sequencer FROM versions WHERE bucket = ? AND key = ? AND version_id = ?',
      bucket,
      after,
      afterVersionId,
    );
    lostMarker = marker === undefined;
  }
  return walk(
    request,
    (from, exclusive, limit) =>
      marker !== undefined && exclusive && from === after
        ? database.iterate(
            `${LISTED} WHERE bucket = ? AND (key > ? OR (key = ? AND sequencer < ?))
              ORDER BY key, sequencer DESC LIMIT ?`,
            bucket,
            from,
            from,
            readInteger(marker, 'sequencer'),
            limit,
          )
        : database.iterate(
            `${LISTED} WHERE bucket = ? AND key ${exclusive && !(lostMarker && from === after) ? '>' : '>='} ?
              ORDER BY key, sequencer DESC LIMIT ?`,
            bucket,
            from,
            limit,
          ),
    toListed,
  );
}

/** Lists uploads in progress, by key and then by id. */
export function listUploadPage(
  database: Database,
  request: ListingRequest & { readonly afterUploadId?: string | undefined },
): Listing<PendingUpload> {
  const { bucket, after, afterUploadId } = request;
  return walk(
    request,
    (from, exclusive, limit) =>
      afterUploadId !== undefined && exclusive && from === after
        ? database.iterate(
            'SELECT * FROM uploads WHERE bucket = ? AND (key, id) > (?, ?) ORDER BY key, id LIMIT ?',
            bucket,
            from,
            afterUploadId,
            limit,
          )
        : database.iterate(
            `SELECT * FROM uploads WHERE bucket = ? AND key ${exclusive ? '>' : '>='} ? ORDER BY key, id LIMIT ?`,
            bucket,
            from,
            limit,
          ),
    toPendingUpload,
  );
}
