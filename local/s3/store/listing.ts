import { type Database, integer, type DatabaseRow, text } from './database.ts';
import { toPendingUpload, type PendingUpload } from './multipart-uploads.ts';

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

export interface ListingRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** Keys with the same text up to its first occurrence after the prefix are one common prefix. */
  readonly delimiter?: string | undefined;
  /** Only keys after this one; a common prefix here leaves out all keys under it. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Listing<Item> {
  readonly items: Item[];
  readonly commonPrefixes: string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix given. */
  readonly last?: string;
}

/** Sorts after every key that begins with the text before it, keys being UTF-8. */
const AFTER_ALL = '\u{10ffff}';

/** Where to begin after `marker`, which may be a common prefix. */
function startAfter({ prefix, delimiter, after }: ListingRequest): string | undefined {
  if (after === undefined || !delimiter || !after.startsWith(prefix)) return after;
  const at = after.indexOf(delimiter, prefix.length);
  return at >= 0 && at + delimiter.length === after.length ? after + AFTER_ALL : after;
}

/**
 * Walks keys in order, leaping over each common prefix, so that a page costs its own length and not the bucket's.
 *
 * @param fetch rows with `key` from `from` on, or after it, in order; several of one key stay together
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
    let leapt = false;
    for (const row of rows) {
      const key = text(row, 'key');
      if (!key.startsWith(prefix)) return result(false);
      if (items.length + commonPrefixes.length >= limit) return result(true);
      const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      if (delimiter && at >= 0) {
        const common = key.slice(0, at + delimiter.length);
        if (common !== commonPrefixes.at(-1)) commonPrefixes.push(common);
        last = common;
        from = common + AFTER_ALL;
        exclusive = true;
        leapt = true;
        break;
      }
      items.push(toItem(row));
      last = key;
    }
    if (!leapt) return result(false);
  }
}

const LISTED =
  `SELECT key, sequencer, version_id, is_latest, delete_marker, size, etag, modified_ms,` +
  ` json_extract(details, '$.storageClass') AS storage_class,` +
  ` json_extract(details, '$.checksum.algorithm') AS checksum_algorithm,` +
  ` json_extract(details, '$.checksum.type') AS checksum_type FROM versions`;

function toListed(row: DatabaseRow): ListedVersion {
  return {
    key: text(row, 'key'),
    versionId: text(row, 'version_id'),
    isLatest: integer(row, 'is_latest') === 1,
    isDeleteMarker: integer(row, 'delete_marker') === 1,
    sizeBytes: integer(row, 'size'),
    etag: text(row, 'etag'),
    lastModified: new Date(integer(row, 'modified_ms')),
    storageClass: text(row, 'storage_class'),
    ...(row['checksum_algorithm'] === null
      ? {}
      : { checksum: { algorithm: text(row, 'checksum_algorithm'), type: text(row, 'checksum_type') } }),
  };
}

/** Current objects, in the order of their keys' UTF-8 bytes. */
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

/** All versions and delete markers, the newest of each key first. */
export function listVersionPage(
  database: Database,
  request: ListingRequest & { readonly afterVersionId?: string | undefined },
): Listing<ListedVersion> {
  const { bucket, after, afterVersionId } = request;
  // A version deleted since the last page says no longer where it stood: its key begins again rather than being lost.
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
            integer(marker, 'sequencer'),
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

/** Uploads in progress, by key and then by id. */
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
