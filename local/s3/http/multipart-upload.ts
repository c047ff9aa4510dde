import { sendXml } from '../../aws-api/responses.ts';
import { findChildren, findChildText, readXml, writeXml, type XmlNode } from '../../aws-api/xml.ts';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumType,
  getDefaultChecksumType,
  isChecksumTypeSupported,
} from '../store/checksums.ts';
import type { ClaimedPart } from '../store/multipart-uploads.ts';
import { MAX_PARTS, type PendingUpload, type UploadedPart } from '../store/multipart-uploads.ts';
import { listUploadPage } from '../store/listing.ts';
import { s3Error } from '../store/s3-error.ts';
import {
  readAmzHeader,
  type Exchange,
  readOrigin,
  quoteEtag,
  readWholeNumber,
  S3_NAMESPACE,
  sendEmpty,
  unquoteEtag,
  makeVersionHeader,
  formatXmlTime,
} from './exchange.ts';
import { commonPrefixes, chooseKeyEncoder, OWNER, pageElements, readPage } from './list-objects.ts';
import { readObjectHeaders } from './object-headers.ts';
import { readWriteConditions, requireNoConditions } from './put-object.ts';
import { makeChecksumHeaderName, readRequestedAlgorithm } from './request-checksum.ts';

/** Finds the requested upload. @throws ApiError `NoSuchUpload` */
export function findRequestedUpload({ uploads, bucket, key, call }: Exchange): PendingUpload {
  return uploads.get(bucket, key, call.query.get('uploadId') ?? '');
}

function readChecksumType(exchange: Exchange): ChecksumType | undefined {
  const type = readAmzHeader(exchange, 'x-amz-checksum-type')?.toUpperCase();
  if (type === undefined || type === 'COMPOSITE' || type === 'FULL_OBJECT') return type;
  throw s3Error('InvalidRequest', { Message: 'Value for x-amz-checksum-type header is invalid.' });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(exchange: Exchange): void {
  const { call, uploads, bucket, key } = exchange;
  requireNoConditions(exchange);
  const checksumAlgorithm = readRequestedAlgorithm(exchange);
  const checksumType = readChecksumType(exchange) ?? (checksumAlgorithm && getDefaultChecksumType(checksumAlgorithm));
  if (checksumAlgorithm !== undefined && checksumType !== undefined) {
    if (!isChecksumTypeSupported(checksumAlgorithm, checksumType)) {
      throw s3Error('InvalidRequest', {
        Message: `The ${checksumType} checksum type cannot be used with the ${checksumAlgorithm} checksum algorithm.`,
      });
    }
    call.response.setHeader('x-amz-checksum-algorithm', checksumAlgorithm);
    call.response.setHeader('x-amz-checksum-type', checksumType);
  }
  const upload = uploads.create(bucket, key, {
    ...readObjectHeaders(exchange),
    ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm, checksumType }),
  });
  sendXml(
    call,
    writeXml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id }, S3_NAMESPACE),
  );
}

function parsePart(element: XmlNode): ClaimedPart {
  const number = Number(findChildText(element, 'PartNumber'));
  const etag = findChildText(element, 'ETag');
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS || etag === undefined)
    throw s3Error('MalformedXML');
  const checksum = CHECKSUM_ALGORITHMS.map((algorithm) => findChildText(element, `Checksum${algorithm}`)).find(Boolean);
  return { number, etag: unquoteEtag(etag), checksum };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export async function completeMultipartUpload(exchange: Exchange): Promise<void> {
  const { call, store, uploads, bucket, key } = exchange;
  const target = store.buckets.get(bucket);
  const body = (await call.readBody()).toString('utf8');
  const location = `http://${call.request.headers.host ?? 'localhost'}${call.rawPath}`;
  const sendResult = (
    etag: string,
    versionId: string,
    checksum?: { algorithm: string; type: string; value: string },
  ) => {
    for (const [name, value] of Object.entries(makeVersionHeader(target, versionId)))
      call.response.setHeader(name, value);
    const elements = {
      Location: location,
      Bucket: bucket,
      Key: key,
      ETag: quoteEtag(etag),
      ...(checksum === undefined
        ? {}
        : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
    };
    sendXml(call, writeXml('CompleteMultipartUploadResult', elements, S3_NAMESPACE));
  };
  const conditions = readWriteConditions(exchange);
  const earlier = uploads.findCompleted(bucket, key, call.query.get('uploadId') ?? '');
  if (earlier !== undefined) {
    // The object that the first completion made does not meet the condition of the second one.
    store.checkConditions(bucket, key, conditions);
    sendResult(earlier.etag, earlier.versionId);
    return;
  }
  const upload = findRequestedUpload(exchange);
  const parts = findChildren(readXml(body, 'CompleteMultipartUpload'), 'Part').map(parsePart);
  if (parts.length === 0 || parts.length > MAX_PARTS) throw s3Error('MalformedXML');
  const [checksum] = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = readAmzHeader(exchange, makeChecksumHeaderName(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const expectedSize = readAmzHeader(exchange, 'x-amz-mp-object-size');
  if (expectedSize !== undefined) checkObjectSize(exchange, upload, parts, expectedSize);
  const version = await uploads.complete(upload, parts, readOrigin(exchange), {
    conditions,
    checksum,
  });
  sendResult(version.etag, version.versionId, version.checksum);
}

function checkObjectSize(
  exchange: Exchange,
  upload: PendingUpload,
  claimed: readonly ClaimedPart[],
  expected: string,
): void {
  const numbers = new Set(claimed.map((part) => part.number));
  const size = exchange.uploads
    .listParts(upload, 0, MAX_PARTS)
    .filter((part) => numbers.has(part.number))
    .reduce((sum, part) => sum + part.sizeBytes, 0);
  if (`${size}` !== expected) {
    throw s3Error('InvalidRequest', {
      Message: `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
    });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export async function abortMultipartUpload(exchange: Exchange): Promise<void> {
  await exchange.uploads.abort(findRequestedUpload(exchange));
  sendEmpty(exchange, 204);
}

const MAX_LISTED_PARTS = 1000;

function describePart({ number, sizeBytes, etag, lastModified, checksum }: UploadedPart) {
  return {
    PartNumber: number,
    LastModified: formatXmlTime(lastModified),
    ETag: quoteEtag(etag),
    Size: sizeBytes,
    ...(checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(exchange: Exchange): void {
  const { call, uploads, bucket, key } = exchange;
  const upload = findRequestedUpload(exchange);
  const encode = chooseKeyEncoder(call.query);
  const limit = readWholeNumber(exchange, 'max-parts', MAX_LISTED_PARTS, MAX_LISTED_PARTS);
  const marker = readWholeNumber(exchange, 'part-number-marker', 0, MAX_PARTS);
  const found = uploads.listParts(upload, marker, limit + 1);
  const parts = found.slice(0, limit);
  sendXml(
    call,
    writeXml(
      'ListPartsResult',
      {
        Bucket: bucket,
        Key: encode(key),
        UploadId: upload.id,
        Initiator: OWNER,
        Owner: OWNER,
        StorageClass: upload.storageClass,
        ...(upload.checksumAlgorithm === undefined
          ? {}
          : { ChecksumAlgorithm: upload.checksumAlgorithm, ChecksumType: upload.checksumType }),
        PartNumberMarker: marker,
        NextPartNumberMarker: parts.at(-1)?.number ?? marker,
        MaxParts: limit,
        IsTruncated: found.length > limit,
        Part: parts.map(describePart),
      },
      S3_NAMESPACE,
    ),
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads(exchange: Exchange): void {
  const { call, store, bucket } = exchange;
  store.buckets.get(bucket);
  const page = readPage(exchange, 'max-uploads');
  const keyMarker = call.query.get('key-marker') ?? '';
  const uploadIdMarker = call.query.get('upload-id-marker') ?? '';
  const listing = listUploadPage(store.database, {
    bucket,
    ...page,
    after: keyMarker || undefined,
    afterUploadId: uploadIdMarker || undefined,
  });
  const lastItem = listing.items.at(-1);
  sendXml(
    call,
    writeXml(
      'ListMultipartUploadsResult',
      {
        Bucket: bucket,
        KeyMarker: page.encode(keyMarker),
        UploadIdMarker: uploadIdMarker,
        NextKeyMarker: listing.isTruncated ? page.encode(listing.last ?? '') : '',
        NextUploadIdMarker: listing.isTruncated && lastItem?.key === listing.last ? lastItem?.id : '',
        ...pageElements(exchange, page),
        MaxUploads: page.limit,
        IsTruncated: listing.isTruncated,
        Upload: listing.items.map((upload) => ({
          Key: page.encode(upload.key),
          UploadId: upload.id,
          Initiator: OWNER,
          Owner: OWNER,
          StorageClass: upload.storageClass,
          Initiated: formatXmlTime(upload.initiated),
        })),
        CommonPrefixes: commonPrefixes(listing, page),
      },
      S3_NAMESPACE,
    ),
  );
}
