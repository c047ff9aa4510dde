import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type Checksum, CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, combineChecksums } from './checksums.ts';
import { type Database, type DatabaseRow, readInteger, readText } from './database.ts';
import type { Origin } from './events.ts';
import type { VersionStore, WriteConditions } from './version-store.ts';
import { detailsSchema, type StoredVersion } from './stored-version.ts';
import { s3Error } from './s3-error.ts';
import type { FileSegment } from './segment-files.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 * 1024;
export const MAX_PART_BYTES = 5 * 1024 * 1024 * 1024;
const MAX_OBJECT_BYTES = 50 * 1024 ** 4;
/** Time for which completed uploads are remembered, for clients that retry after a lost response. */
const REMEMBER_COMPLETED_MS = 24 * 3_600_000;

const uploadDetailsSchema = detailsSchema
  .pick({ headers: true, metadata: true, tags: true, storageClass: true })
  .extend({
    checksumAlgorithm: z.enum(CHECKSUM_ALGORITHMS).optional(),
    checksumType: z.enum(['FULL_OBJECT', 'COMPOSITE']).optional(),
    /** Whether the key was deleted since the upload was created, so that it can only be completed without conditions. */
    isConflicting: z.boolean().optional(),
  });
type UploadDetails = z.infer<typeof uploadDetailsSchema>;

export interface PendingUpload extends UploadDetails {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: Date;
}

const partDetailsSchema = z.object({
  segments: detailsSchema.shape.segments,
  checksum: z.object({ algorithm: z.enum(CHECKSUM_ALGORITHMS), value: z.string() }).optional(),
});

export interface UploadedPart extends z.infer<typeof partDetailsSchema> {
  readonly number: number;
  readonly sizeBytes: number;
  /** Entity tag without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** Part that the client lists when it completes an upload. */
export interface ClaimedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksum?: string | undefined;
}

/** Checksum that the client expects of the whole object. */
interface ExpectedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

export function toPendingUpload(row: DatabaseRow): PendingUpload {
  return {
    ...uploadDetailsSchema.parse(JSON.parse(readText(row, 'details'))),
    id: readText(row, 'id'),
    bucket: readText(row, 'bucket'),
    key: readText(row, 'key'),
    initiated: new Date(readInteger(row, 'initiated_ms')),
  };
}

function toPart(row: DatabaseRow): UploadedPart {
  return {
    ...partDetailsSchema.parse(JSON.parse(readText(row, 'details'))),
    number: readInteger(row, 'number'),
    sizeBytes: readInteger(row, 'size'),
    etag: readText(row, 'etag'),
    lastModified: new Date(readInteger(row, 'modified_ms')),
  };
}

/** Multipart uploads. The files of the parts become those of the object. */
export class MultipartUploads {
  readonly #store: VersionStore;
  readonly #database: Database;

  constructor(store: VersionStore) {
    this.#store = store;
    this.#database = store.database;
    const oldest = Date.now() - REMEMBER_COMPLETED_MS;
    this.#database.run('DELETE FROM completed_uploads WHERE completed_ms < ?', oldest);
  }

  create(bucket: string, key: string, details: UploadDetails): PendingUpload {
    this.#store.buckets.get(bucket);
    const id = randomBytes(48).toString('base64url');
    const initiated = new Date();
    this.#database.run(
      'INSERT INTO uploads VALUES (?, ?, ?, ?, ?)',
      id,
      bucket,
      key,
      initiated.getTime(),
      JSON.stringify(details),
    );
    return { ...details, id, bucket, key, initiated };
  }

  /** Returns an upload in progress. @throws ApiError `NoSuchUpload` */
  get(bucket: string, key: string, id: string): PendingUpload {
    this.#store.buckets.get(bucket);
    const row = this.#database.get('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?', id, bucket, key);
    if (row === undefined) throw s3Error('NoSuchUpload', { UploadId: id });
    return toPendingUpload(row);
  }

  /** Adds a written part, replacing an earlier one with the same number. */
  async putPart(upload: PendingUpload, part: UploadedPart): Promise<void> {
    const { number, sizeBytes, etag, lastModified, segments, checksum } = part;
    let replaced: FileSegment[] = [];
    try {
      this.#database.transaction(() => {
        // The upload may have been completed or aborted while the part was being sent.
        this.get(upload.bucket, upload.key, upload.id);
        const earlier = this.#part(upload.id, number);
        if (earlier !== undefined) {
          replaced = earlier.segments;
          this.#store.files.release(replaced);
        }
        this.#store.files.adopt(segments);
        this.#database.run(
          'INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)',
          upload.id,
          number,
          sizeBytes,
          etag,
          lastModified.getTime(),
          JSON.stringify({ segments, ...(checksum === undefined ? {} : { checksum }) }),
        );
      });
    } catch (error) {
      await this.#store.files.removeLoose(segments);
      throw error;
    }
    await this.#store.files.removeLoose(replaced);
  }

  /** Lists the parts after the given number, in order. */
  listParts(upload: PendingUpload, afterNumber: number, limit: number): UploadedPart[] {
    return this.#database
      .all(
        'SELECT * FROM parts WHERE upload_id = ? AND number > ? ORDER BY number LIMIT ?',
        upload.id,
        afterNumber,
        limit,
      )
      .map(toPart);
  }

  async abort(upload: PendingUpload): Promise<void> {
    const segments = this.#database.transaction(() => {
      const loose = this.listParts(upload, 0, MAX_PARTS).flatMap((part) => part.segments);
      this.#forget(upload.id);
      this.#store.files.release(loose);
      return loose;
    });
    await this.#store.files.removeLoose(segments);
  }

  /** Returns the result of an upload that was completed within the last day. */
  findCompleted(bucket: string, key: string, id: string): { etag: string; versionId: string } | undefined {
    const row = this.#database.get(
      'SELECT etag, version_id FROM completed_uploads WHERE id = ? AND bucket = ? AND key = ?',
      id,
      bucket,
      key,
    );
    return row && { etag: readText(row, 'etag'), versionId: readText(row, 'version_id') };
  }

  /**
   * Makes an object of the listed parts, and discards the others.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
   *
   * @throws ApiError `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `PreconditionFailed`,
   * `ConditionalRequestConflict`, `BadDigest`
   */
  async complete(
    upload: PendingUpload,
    claimed: readonly ClaimedPart[],
    origin: Origin,
    {
      conditions,
      checksum: expectedChecksum,
    }: { conditions: WriteConditions; checksum?: ExpectedChecksum | undefined },
  ): Promise<StoredVersion> {
    const stored = new Map(this.listParts(upload, 0, MAX_PARTS).map((part) => [part.number, part]));
    const parts = claimed.map((claim, index) => {
      const previous = claimed[index - 1];
      if (previous !== undefined && previous.number >= claim.number) throw s3Error('InvalidPartOrder');
      return matchPart(claim, stored.get(claim.number), upload);
    });
    checkSizes(parts);

    const checksum = checksumOf(upload, parts);
    if (expectedChecksum !== undefined) checkWhole(upload, checksum, expectedChecksum);
    const md5 = createHash('md5');
    for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
    const { id, bucket, key, headers, metadata, tags, storageClass } = upload;
    const etag = `${md5.digest('hex')}-${parts.length}`;
    const chosen = new Set(parts.map((part) => part.number));
    const unused = [...stored.values()].filter((part) => !chosen.has(part.number)).flatMap((part) => part.segments);
    const version = await this.#store.commit(
      {
        bucket,
        key,
        headers,
        metadata,
        tags,
        storageClass,
        etag,
        sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
        ...(checksum === undefined ? {} : { checksum }),
        parts: parts.map((part) => ({
          number: part.number,
          size: part.sizeBytes,
          ...(part.checksum === undefined ? {} : { checksum: part.checksum.value }),
        })),
        segments: parts.flatMap((part) => part.segments),
      },
      'CompleteMultipartUpload',
      origin,
      { ...conditions, isConflicting: upload.isConflicting },
      () => {
        this.#store.files.release(unused);
        this.#forget(id);
        const completed = this.#store.versions.findLatest(bucket, key);
        this.#database.run(
          'INSERT OR REPLACE INTO completed_uploads VALUES (?, ?, ?, ?, ?, ?)',
          id,
          bucket,
          key,
          completed?.versionId ?? '',
          etag,
          Date.now(),
        );
      },
    );
    await this.#store.files.removeLoose(unused);
    return version;
  }

  #part(uploadId: string, number: number): UploadedPart | undefined {
    const row = this.#database.get('SELECT * FROM parts WHERE upload_id = ? AND number = ?', uploadId, number);
    return row && toPart(row);
  }

  #forget(uploadId: string): void {
    this.#database.run('DELETE FROM parts WHERE upload_id = ?', uploadId);
    this.#database.run('DELETE FROM uploads WHERE id = ?', uploadId);
  }
}

function matchPart(claim: ClaimedPart, part: UploadedPart | undefined, upload: PendingUpload): UploadedPart {
  const details = { UploadId: upload.id, PartNumber: `${claim.number}`, ETag: claim.etag };
  if (part === undefined || part.etag !== claim.etag) throw s3Error('InvalidPart', details);
  if (claim.checksum !== undefined && claim.checksum !== part.checksum?.value) throw s3Error('InvalidPart', details);
  return part;
}

function checkSizes(parts: readonly UploadedPart[]): void {
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < MIN_PART_BYTES);
  if (small !== undefined) {
    throw s3Error('EntityTooSmall', {
      ProposedSize: `${small.sizeBytes}`,
      MinSizeAllowed: `${MIN_PART_BYTES}`,
      PartNumber: `${small.number}`,
      ETag: small.etag,
    });
  }
  if (parts.reduce((sum, part) => sum + part.sizeBytes, 0) > MAX_OBJECT_BYTES) throw s3Error('EntityTooLarge');
}

function checkWhole(
  upload: PendingUpload,
  computed: Checksum | undefined,
  { algorithm, value }: ExpectedChecksum,
): void {
  if (computed?.algorithm !== algorithm) {
    throw s3Error('InvalidRequest', {
      Message:
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumAlgorithm?.toLowerCase() ?? 'null'}, ` +
        `actual checksum Type: ${algorithm.toLowerCase()}`,
    });
  }
  if (isSameChecksum(computed.value, value)) return;
  throw s3Error('BadDigest', { Message: `The ${algorithm} you specified did not match the calculated checksum.` });
}

function checksumOf(
  { checksumAlgorithm, checksumType }: PendingUpload,
  parts: readonly UploadedPart[],
): Checksum | undefined {
  if (checksumAlgorithm === undefined || checksumType === undefined) return undefined;
  const checksums = parts.flatMap(({ checksum, sizeBytes }) =>
    checksum === undefined ? [] : [{ checksum: checksum.value, size: sizeBytes }],
  );
  return checksums.length === parts.length ? combineChecksums(checksumAlgorithm, checksumType, checksums) : undefined;
}

/** Clients may leave out the number of parts at the end of a composite checksum. */
function isSameChecksum(computed: string, given: string): boolean {
  return computed === given || computed.replace(/-\d+$/, '') === given;
}
