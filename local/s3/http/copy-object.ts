import { sendXml } from '../../aws-api/responses.ts';
import { writeXml } from '../../aws-api/xml.ts';
import { copyBytes } from '../store/copy-bytes.ts';
import { makeDraft } from '../store/make-draft.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { readCopySource } from './copy-source.ts';
import {
  readAmzHeader,
  type Exchange,
  readOrigin,
  quoteEtag,
  S3_NAMESPACE,
  makeVersionHeader,
  formatXmlTime,
} from './exchange.ts';
import { readObjectHeaders } from './object-headers.ts';
import { readWriteConditions } from './put-object.ts';
import { readRequestedAlgorithm } from './request-checksum.ts';

/** Maximum size of a copy; larger objects are copied in parts. */
const MAX_COPY_BYTES = 5 * 1024 * 1024 * 1024;

function readDirective(exchange: Exchange, name: string): 'COPY' | 'REPLACE' {
  const value = readAmzHeader(exchange, name)?.toUpperCase() ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw s3Error('InvalidArgument', { Message: `Unknown ${name.replace('x-amz-', '')}.`, ArgumentValue: value });
}

/** Returns the attributes of the copy: those of the source, or of the request if its directives say so. */
function readCopiedDetails(exchange: Exchange, source: StoredVersion) {
  const given = readObjectHeaders(exchange);
  const metadataFrom = readDirective(exchange, 'x-amz-metadata-directive') === 'REPLACE' ? given : source;
  const tags = readDirective(exchange, 'x-amz-tagging-directive') === 'REPLACE' ? given.tags : source.tags;
  const { headers, metadata } = metadataFrom;
  return { headers, metadata, tags, storageClass: given.storageClass };
}

/** Returns whether the copy would change nothing. */
function isNoOp(exchange: Exchange, source: StoredVersion, versionId: string | undefined): boolean {
  return source.bucket === exchange.bucket &&
  source.key === exchange.key &&
  versionId === undefined &&
  readDirective(exchange, 'x-amz-metadata-directive') === 'COPY' &&
  readDirective(exchange, 'x-amz-tagging-directive') === 'COPY' &&
  readAmzHeader(exchange, 'x-amz-storage-class') === undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export async function copyObject(exchange: Exchange): Promise<void> {
  const { call, store, bucket, key } = exchange;
  const target = store.buckets.get(bucket);
  const { version: source, versionId } = readCopySource(exchange);
  if (isNoOp(exchange, source, versionId)) {
    throw s3Error('InvalidRequest', {
      Message:
        'This copy request is illegal because it is trying to copy an object to itself without changing the ' +
        "object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  if (source.sizeBytes > MAX_COPY_BYTES) {
    throw s3Error('InvalidRequest', {
      Message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY_BYTES}`,
    });
  }
  const conditions = readWriteConditions(exchange);
  const details = readCopiedDetails(exchange, source);
  const algorithm = readRequestedAlgorithm(exchange) ?? source.checksum?.algorithm;
  const algorithms = new Set(algorithm === undefined ? [] : [algorithm]);
  const version = await store.withConditions({ bucket, key }, conditions, async (held) => {
    const body = await copyBytes(store.files, source, 0, source.sizeBytes - 1, algorithms);
    return store.commit(makeDraft(exchange, details, body), 'CopyObject', readOrigin(exchange), held);
  });
  const { checksum } = version;
  for (const [name, text] of Object.entries({
    ...makeVersionHeader(target, version.versionId),
    ...(store.buckets.get(source.bucket).versioning === undefined
      ? {}
      : { 'x-amz-copy-source-version-id': source.versionId }),
  })) {
    call.response.setHeader(name, text);
  }
  sendXml(
    call,
    writeXml(
      'CopyObjectResult',
      {
        LastModified: formatXmlTime(version.lastModified),
        ETag: quoteEtag(version.etag),
        ...(checksum === undefined
          ? {}
          : { ChecksumType: checksum.type, [`Checksum${checksum.algorithm}`]: checksum.value }),
      },
      S3_NAMESPACE,
    ),
  );
}
