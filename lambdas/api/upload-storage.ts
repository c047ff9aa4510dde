import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { PresignedRequest } from '../contracts/api/upload.ts';

/** A multipart upload in the source bucket. */
export interface MultipartUpload {
  readonly key: string;
  /** Of S3. */
  readonly uploadId: string;
}

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

export interface StoredObject {
  readonly sizeBytes: number;
}

/** How long a presigned request can be begun. */
export const REQUEST_LIFETIME_SECONDS = 3600;

/** What the API does with the source bucket: it lets clients send, and looks at what has come. */
export class UploadStorage {
  readonly bucket: string;
  readonly #s3: S3Client;

  /** @param s3 computes checksums only where S3 requires them: a presigned request would carry that of an empty body */
  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.bucket = bucket;
  }

  /** One request for a whole file, of exactly this length and type. */
  async presignObject(key: string, sizeBytes: number, contentType: string): Promise<PresignedRequest> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ContentLength: sizeBytes,
      ContentType: contentType,
    });
    const url = await getSignedUrl(this.#s3, command, signing('content-type'));
    return { method: 'PUT', url, headers: { 'content-type': contentType } };
  }

  /** One request for one part, of exactly this length. */
  async presignPart(
    { key, uploadId }: MultipartUpload,
    partNumber: number,
    sizeBytes: number,
  ): Promise<PresignedRequest> {
    const command = new UploadPartCommand({
      Bucket: this.bucket,
      Key: key,
      UploadId: uploadId,
      PartNumber: partNumber,
      ContentLength: sizeBytes,
    });
    return { method: 'PUT', url: await getSignedUrl(this.#s3, command, signing()), headers: {} };
  }

  async begin(key: string, contentType: string): Promise<MultipartUpload> {
    const { UploadId: uploadId } = await this.#s3.send(
      new CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key, ContentType: contentType }),
    );
    if (uploadId === undefined) throw new Error('S3 began a multipart upload without an id');
    return { key, uploadId };
  }

  /** In their order; undefined if there is no such upload any more, because it was completed or aborted. */
  async storedParts({ key, uploadId }: MultipartUpload): Promise<StoredPart[] | undefined> {
    const upload = { Bucket: this.bucket, Key: key, UploadId: uploadId };
    const stored: StoredPart[] = [];
    let marker: string | undefined;
    // Not the SDK's paginator: it goes on while an answer has a marker, which the last one has too.
    do {
      const page = await this.#s3
        .send(new ListPartsCommand({ ...upload, PartNumberMarker: marker }))
        .catch(unlessMissing);
      if (page === undefined) return undefined;
      for (const { PartNumber = 0, Size = 0, ETag = '' } of page.Parts ?? []) {
        stored.push({ partNumber: PartNumber, sizeBytes: Size, etag: ETag });
      }
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return stored;
  }

  /** Puts the parts together; one that somebody else completed or aborted in the meantime is left as it is. */
  async complete({ key, uploadId }: MultipartUpload, parts: readonly StoredPart[]): Promise<void> {
    const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({
      Bucket: this.bucket,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: { Parts },
    });
    await this.#s3.send(command).catch(unlessMissing);
  }

  async abort({ key, uploadId }: MultipartUpload): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId });
    await this.#s3.send(command).catch(unlessMissing);
  }

  /** The object as it is now; undefined where there is none. */
  async find(key: string): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
    const head = await this.#s3.send(command).catch(unlessMissing);
    return head && { sizeBytes: head.ContentLength ?? 0 };
  }
}

/** What is signed has to be sent as it is: nothing else than was announced gets in. A part has no type of its own. */
function signing(...headers: readonly string[]) {
  return {
    expiresIn: REQUEST_LIFETIME_SECONDS,
    signableHeaders: new Set(['host', 'content-length', ...headers]),
  };
}

/** S3 answers so for an object or an upload that is not there, or not any more. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
}
