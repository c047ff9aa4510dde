import type { Bucket } from './buckets.ts';
import { readText } from './database.ts';
import { makeLocalOrigin } from './events.ts';
import { appliesTo, latestExpired, type LifecycleRule, mayTransition } from './lifecycle-rule.ts';
import { type MultipartUploads, toPendingUpload } from './multipart-uploads.ts';
import type { StoredVersion } from './stored-version.ts';
import type { VersionStore } from './version-store.ts';

/** A pass over the buckets at a time, in milliseconds since the epoch. */
interface Pass {
  readonly store: VersionStore;
  readonly uploads: MultipartUploads;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Carries out the lifecycle rules of every bucket: expires current versions, replaced versions and delete markers, changes
 * storage classes, and aborts unfinished uploads. Stops between two objects once `signal` is aborted.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
export async function expireObjects(pass: Pass): Promise<void> {
  for (const bucket of pass.store.buckets.list()) {
    for (const rule of bucket.lifecycleRules) {
      await abortUploads(pass, bucket, rule);
      await expireNoncurrent(pass, bucket, rule);
      await expireCurrent(pass, bucket, rule);
      transitionCurrent(pass, bucket, rule);
      await removeExpiredMarkers(pass, bucket, rule);
    }
  }
}

async function abortUploads({ store, uploads, nowMs, signal }: Pass, { name }: Bucket, rule: LifecycleRule): Promise<void> {
  if (rule.abortUploadDays === undefined) return;
  const rows = store.database.all(
    'SELECT * FROM uploads WHERE bucket = ? AND initiated_ms <= ?',
    name,
    latestExpired(nowMs, rule.abortUploadDays),
  );
  for (const upload of rows.map(toPendingUpload)) {
    if (signal.aborted) return;
    if (upload.key.startsWith(rule.filter.prefix)) await uploads.abort(upload);
  }
}

/** A version has been replaced since the next one was created. */
async function expireNoncurrent(pass: Pass, { name }: Bucket, rule: LifecycleRule): Promise<void> {
  if (rule.noncurrentDays === undefined) return;
  const expired = findVersions(
    pass.store,
    `SELECT key, version_id FROM (
       SELECT key, version_id, is_latest,
         lead(modified_ms) OVER newer_first AS replaced_ms,
         row_number() OVER (PARTITION BY key, is_latest ORDER BY sequencer DESC) AS position
       FROM versions WHERE bucket = ? WINDOW newer_first AS (PARTITION BY key ORDER BY sequencer)
     ) WHERE is_latest = 0 AND replaced_ms <= ? AND position > ?`,
    name,
    latestExpired(pass.nowMs, rule.noncurrentDays),
    rule.newerNoncurrentVersions,
  );
  for (const version of expired) if (!version.isLatest) await remove(pass, rule, version, version.versionId);
}

async function expireCurrent(pass: Pass, { name }: Bucket, rule: LifecycleRule): Promise<void> {
  const { expirationDays, expirationMs } = rule;
  const byDate = expirationMs !== undefined && expirationMs <= pass.nowMs ? pass.nowMs : undefined;
  const latestMs = expirationDays === undefined ? byDate : latestExpired(pass.nowMs, expirationDays);
  if (latestMs === undefined) return;
  const expired = findVersions(
    pass.store,
    'SELECT key, version_id FROM versions WHERE bucket = ? AND is_latest = 1 AND delete_marker = 0 AND modified_ms <= ?',
    name,
    latestMs,
  );
  for (const version of expired) {
    if (version.isLatest && version.lastModified.getTime() <= latestMs) await remove(pass, rule, version, undefined);
  }
}

/** Changes the storage class of current versions, which is not an event. */
function transitionCurrent({ store, nowMs, signal }: Pass, { name }: Bucket, rule: LifecycleRule): void {
  for (const { storageClass, days } of rule.transitions) {
    const old = findVersions(
      store,
      'SELECT key, version_id FROM versions WHERE bucket = ? AND is_latest = 1 AND delete_marker = 0 AND modified_ms <= ?',
      name,
      latestExpired(nowMs, days),
    );
    for (const version of old) {
      if (signal.aborted) return;
      if (version.storageClass !== storageClass && mayTransition(rule, version)) store.versions.setStorageClass(version, storageClass);
    }
  }
}

/** Removes delete markers that are the only version of their key; a rule with an age also removes those of that age. */
async function removeExpiredMarkers(pass: Pass, { name }: Bucket, rule: LifecycleRule): Promise<void> {
  const { expirationDays, removesExpiredMarkers } = rule;
  if (!removesExpiredMarkers && expirationDays === undefined) return;
  const markers = findVersions(
    pass.store,
    `SELECT key, version_id FROM versions AS marker
     WHERE bucket = ? AND is_latest = 1 AND delete_marker = 1 AND modified_ms <= ? AND NOT EXISTS
       (SELECT 1 FROM versions WHERE bucket = marker.bucket AND key = marker.key AND is_latest = 0)`,
    name,
    removesExpiredMarkers ? pass.nowMs : latestExpired(pass.nowMs, expirationDays ?? 0),
  );
  for (const marker of markers) {
    if (marker.isLatest && marker.isDeleteMarker) await remove(pass, rule, marker, marker.versionId);
  }
}

/** Reads each found version when its turn comes: since the query it may have been removed or, without an id, replaced. */
function* findVersions(
  store: VersionStore,
  sql: string,
  bucket: string,
  ...parameters: number[]
): Generator<StoredVersion, void, undefined> {
  for (const row of store.database.all(sql, bucket, ...parameters)) {
    const version = store.versions.find(bucket, readText(row, 'key'), readText(row, 'version_id'));
    if (version !== undefined) yield version;
  }
}

async function remove(
  { store, signal }: Pass,
  rule: LifecycleRule,
  version: StoredVersion,
  versionId: string | undefined,
): Promise<void> {
  if (signal.aborted || !appliesTo(rule, version)) return;
  const origin = { ...makeLocalOrigin('s3.amazonaws.com'), reason: 'Lifecycle Expiration' as const };
  await store.delete(version.bucket, version.key, versionId, origin);
}
