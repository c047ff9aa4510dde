import { sendXml } from '../../aws-api/responses.ts';
import { writeXml } from '../../aws-api/xml.ts';
import { resolveRange } from '../store/resolve-range.ts';
import type { ChecksumAlgorithm } from '../store/checksums.ts';
import { copyBytes } from '../store/copy-bytes.ts';
import { MAX_PARTS, type PendingUpload, type UploadedPart } from '../store/multipart-uploads.ts';
import { s3Error } from '../store/s3-error.ts';
import { writeBody, type WrittenBody } from '../store/write-body.ts';
import { readCopySource } from './copy-source.ts';
import { readAmzHeader, type Exchange, quoteEtag, S3_NAMESPACE, sendEmpty, formatXmlTime } from './exchange.ts';
import { findRequestedUpload } from './multipart-upload.ts';
import { checkDeclaredLength, requireNoConditions } from './put-object.ts';
import { makeChecksumHeaders, readBodyClaims } from './request-checksum.ts';
import { checkEncryption } from './write-settings.ts';

function readPartNumber({ call }: Exchange): number {
  const given = call.query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw s3Error('InvalidArgument', {
    Message: `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    ArgumentName: 'partNumber',
    ArgumentValue: given,
  });
}

function toPart(number: number, body: WrittenBody, algorithm: ChecksumAlgorithm | undefined): UploadedPart {
  const value = algorithm && body.checksums.get(algorithm);
  return {
    number,
    sizeBytes: body.sizeBytes,
    etag: body.md5.toString('hex'),
    lastModified: new Date(),
    segments: body.segments,
    ...(algorithm && value !== undefined ? { checksum: { algorithm, value } } : {}),
  };
}

/** Checks that the checksum algorithm of a part is that of its upload. */
function checkAlgorithm({ checksumAlgorithm }: PendingUpload, given: ChecksumAlgorithm | undefined): void {
  if (checksumAlgorithm === undefined || given === undefined || given === checksumAlgorithm) return;
  throw s3Error('InvalidRequest', {
    Message:
      `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm.toLowerCase()}, ` +
      `actual checksum Type: ${given.toLowerCase()}`,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(exchange: Exchange): Promise<void> {
  const { call, store, uploads } = exchange;
  const number = readPartNumber(exchange);
  requireNoConditions(exchange);
  checkEncryption((name) => readAmzHeader(exchange, name));
  const upload = findRequestedUpload(exchange);
  const claims = readBodyClaims(exchange);
  checkAlgorithm(upload, claims.algorithm);
  checkDeclaredLength(exchange);
  // The checksum of the whole object is computed from those of all parts, so one is computed if the client sends none.
  const algorithm = claims.algorithm ?? upload.checksumAlgorithm;
  const body = await writeBody(store.files, call.payload, algorithm === undefined ? [] : [algorithm], claims.check);
  const part = toPart(number, body, algorithm);
  await uploads.putPart(upload, part);
  sendEmpty(exchange, 200, { etag: quoteEtag(part.etag), ...makeChecksumHeaders(part.checksum) });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(exchange: Exchange): Promise<void> {
  const { call, store, uploads } = exchange;
  const number = readPartNumber(exchange);
  const upload = findRequestedUpload(exchange);
  const { version: source } = readCopySource(exchange);
  const rangeHeader = readAmzHeader(exchange, 'x-amz-copy-source-range');
  const range = resolveRange(rangeHeader, source.sizeBytes);
  const [, last = ''] = /^bytes=\d+-(\d+)$/.exec(rangeHeader ?? '') ?? [];
  if (rangeHeader !== undefined && (range === undefined || Number(last) !== range.end)) {
    throw s3Error('InvalidArgument', {
      Message: `Range specified is not valid for source object of size: ${source.sizeBytes}`,
      ArgumentName: 'x-amz-copy-source-range',
      ArgumentValue: rangeHeader,
    });
  }
  const algorithm = upload.checksumAlgorithm;
  const { start, end } = range ?? { start: 0, end: source.sizeBytes - 1 };
  const body = await copyBytes(store.files, source, start, end, new Set(algorithm === undefined ? [] : [algorithm]));
  const part = toPart(number, body, algorithm);
  await uploads.putPart(upload, part);
  if (store.buckets.get(source.bucket).versioning !== undefined) {
    call.response.setHeader('x-amz-copy-source-version-id', source.versionId);
  }
  sendXml(
    call,
    writeXml(
      'CopyPartResult',
      {
        LastModified: formatXmlTime(part.lastModified),
        ETag: quoteEtag(part.etag),
        ...(part.checksum === undefined ? {} : { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
      },
      S3_NAMESPACE,
    ),
  );
}
