import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { type CatalogSource, listSources } from '../../catalog/reconciliation/list-sources.ts';
import { findRevisionByVersion } from '../../catalog/revisions/find-revision.ts';
import { isFolderMarker, isSystemFile } from '../contracts/system-files.ts';
import { headVersion } from '../runtime/object-version.ts';
import { isMessageLost, isSettled, type Run } from './context.ts';
import { objectCreated } from './created-event.ts';
import { countExamined, recordFinding } from './findings.ts';
import { groupListing, mergeJoin } from './group-listing.ts';

/** Keys of one page of the catalog. */
export const SOURCE_PAGE = 100;

/** Versions that one step reads before it stops at the end of a key. */
const MAX_STEP_VERSIONS = 20_000;

/** Versions of one key that are looked at, the newest first. */
const MAX_KEY_VERSIONS = 1_000;

/** A version in the source bucket, or a delete marker, which has no ETag. */
interface SourceVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly etag: string | undefined;
  readonly sizeBytes: number;
  readonly modifiedAt: Date | undefined;
}

/**
 * Compares a page of videos with the versions in the source bucket, both in the order of keys.
 *
 * @param after last key of the previous page
 * @returns the key after which the next call continues; undefined at the end
 */
export async function reconcileSource(run: Run, after: string | undefined): Promise<string | undefined> {
  const { database, sourceBucket: bucket } = run;
  const rows = await listSources(database, { bucket, after, limit: SOURCE_PAGE });
  const groups = groupListing(listVersions(run, after), keyOf, MAX_KEY_VERSIONS);
  const join = { groups, rows, nameOf: keyOf, isLastPage: rows.length < SOURCE_PAGE, maxItems: MAX_STEP_VERSIONS };
  return mergeJoin(join, async ({ items, row }) => {
    countExamined(run, 'versions', items.length);
    const latest = items.find(({ isLatest }) => isLatest);
    if (latest !== undefined) await checkRegistered(run, latest, row);
    if (row !== undefined) await checkPresent(run, items, row);
  });
}

function keyOf({ key }: { readonly key: string }): string {
  return key;
}

/** Lists versions after a key, by key and the newest first. */
async function* listVersions({ s3, sourceBucket }: Run, after: string | undefined): AsyncGenerator<SourceVersion> {
  let marker: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = { KeyMarker: after };
  for (let hasMore = true; hasMore;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: sourceBucket, ...marker }));
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? []).map((one) => ({ ...one, ETag: undefined, Size: 0 }))].map(
      ({ Key: key = '', VersionId: versionId = '', IsLatest, ETag, Size: sizeBytes = 0, LastModified: modifiedAt }) => ({
        key,
        versionId,
        isLatest: IsLatest === true,
        etag: ETag?.replaceAll('"', ''),
        sizeBytes,
        modifiedAt,
      }),
    );
    // A page lists versions and delete markers apart, each in order.
    yield* versions.toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    hasMore = page.IsTruncated === true;
  }
}

/** The newest version of a key must be registered, unless it is a delete marker or not a user's file. */
async function checkRegistered(run: Run, latest: SourceVersion, row: CatalogSource | undefined): Promise<void> {
  const { database, s3, sourceBucket: bucket } = run;
  const { key, versionId, etag, sizeBytes, modifiedAt } = latest;
  if (etag === undefined || modifiedAt === undefined || row?.versionIds.includes(versionId) === true || isSystemFile(key)) return;
  if (!(await isMessageLost(run, modifiedAt))) return;
  // It may have been registered, or deleted, since its page was read.
  const version = { bucket, key, versionId };
  if ((await findRevisionByVersion(database, version)) !== undefined) return;
  const head = await headVersion(s3, version);
  if (head === undefined || isFolderMarker(key, sizeBytes, head.contentType)) return;
  const sequencer = sequencerAfter(row?.maxSequencer ?? undefined);
  await recordFinding(run, 'source_unregistered', key, () =>
    run.sendUpload(objectCreated({ bucket, key, versionId, etag, sizeBytes, sequencer })),
  );
}

/**
 * Returns a sequencer for an upload whose event, which would state it, was lost. It is the newest of its key, so that it comes
 * after those that are known; the sequencers of S3 leave room before those that follow.
 */
function sequencerAfter(known: string | undefined): string {
  return known === undefined ? '0' : (BigInt(`0x${known}`) + 1n).toString(16);
}

/** The newest upload of a video must exist, since the video cannot be encoded again without it. */
async function checkPresent(run: Run, versions: readonly SourceVersion[], { videoId, key, newestVersionId }: CatalogSource): Promise<void> {
  const { database, s3, sourceBucket: bucket } = run;
  if (newestVersionId === null || versions.some(({ versionId }) => versionId === newestVersionId)) return;
  const version = { bucket, key, versionId: newestVersionId };
  const found = await findRevisionByVersion(database, version);
  if (found === undefined || !isSettled(run, found.revision.createdAt)) return;
  // A file that was deleted before it was encoded is a rejected upload, of which the user knows.
  if (found.revision.status === 'deleted' || found.revision.status === 'rejected') return;
  if ((await headVersion(s3, version)) === undefined) await recordFinding(run, 'source_missing', `${videoId} ${key}`);
}
