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
  /** S3's upload id. */
  readonly uploadId: string;
}

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** Outcome of assembling the parts of an upload. */
type Assembly = 'ended' | 'object-exists' | 'conflict';

export interface StoredObject {
  readonly sizeBytes: number;
}

/**
 * Time within which a presigned request must be started, at most: it also ends with the credentials of the function.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export const REQUEST_LIFETIME_SECONDS = 3600;

/** The API's access to the source bucket: presigns requests for clients and inspects what they sent. */
export class UploadStorage {
  readonly bucket: string;
  readonly #s3: S3Client;

  /** @param s3 must compute checksums only where S3 requires them: a presigned request would carry that of an empty body */
  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.bucket = bucket;
  }

  /**
   * Presigns a request for a whole file of exactly this size and type, which S3 carries out only while the key has no
   * object: repeating it within its validity would otherwise be another upload.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async presignObject(key: string, sizeBytes: number, contentType: string): Promise<PresignedRequest> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ContentLength: sizeBytes,
      ContentType: contentType,
      IfNoneMatch: '*',
    });
    const url = await getSignedUrl(this.#s3, command, signingOptions('content-type', 'if-none-match'));
    return { method: 'PUT', url, headers: { 'content-type': contentType, 'if-none-match': '*' } };
  }

  /** Presigns a request for one part of exactly this size. */
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
    return { method: 'PUT', url: await getSignedUrl(this.#s3, command, signingOptions()), headers: {} };
  }

  async createMultipart(key: string, contentType: string): Promise<MultipartUpload> {
    const { UploadId: uploadId } = await this.#s3.send(
      new CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key, ContentType: contentType }),
    );
    if (uploadId === undefined) throw new Error('S3 created a multipart upload without an id');
    return { key, uploadId };
  }

  /** Lists the stored parts in order; undefined if the upload was completed or aborted. */
  async listStoredParts({ key, uploadId }: MultipartUpload): Promise<StoredPart[] | undefined> {
    const upload = { Bucket: this.bucket, Key: key, UploadId: uploadId };
    const stored: StoredPart[] = [];
    let marker: string | undefined;
    // The SDK's paginator continues while a page has a marker, which the last one has too.
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

  /**
   * Assembles the parts into a new object. After a conflict with another request, S3 requires a new multipart upload with
   * all parts. An upload that is completed or aborted in the meantime counts as ended.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
   */
  async complete({ key, uploadId }: MultipartUpload, parts: readonly StoredPart[]): Promise<Assembly> {
    const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({
      Bucket: this.bucket,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: { Parts },
      IfNoneMatch: '*',
    });
    try {
      await this.#s3.send(command).catch(unlessMissing);
      return 'ended';
    } catch (error) {
      const code = error instanceof S3ServiceException ? error.name : '';
      if (code === 'PreconditionFailed') return 'object-exists';
      if (code === 'ConditionalRequestConflict') return 'conflict';
      throw error;
    }
  }

  async abort({ key, uploadId }: MultipartUpload): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId });
    await this.#s3.send(command).catch(unlessMissing);
  }

  /** Returns the current object, or undefined if it does not exist. */
  async find(key: string): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
    const head = await this.#s3.send(command).catch(unlessMissing);
    return head && { sizeBytes: head.ContentLength ?? 0 };
  }
}

/** Returns signing options: the client must send the signed headers unchanged. A part has no content type. */
function signingOptions(...headers: readonly string[]) {
  return {
    expiresIn: REQUEST_LIFETIME_SECONDS,
    signableHeaders: new Set(['host', 'content-length', ...headers]),
  };
}

/** Ignores S3's response for a missing object or upload, and rethrows any other error. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
}
