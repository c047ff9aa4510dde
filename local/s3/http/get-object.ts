import { pipeline } from 'node:stream/promises';
import type { ByteRange } from '../../http/byte-range.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { resolveRange } from '../store/resolve-range.ts';
import { s3Error } from '../store/s3-error.ts';
import { checkReadConditions, mayServeRange } from './conditions.ts';
import { readAmzHeader, type Exchange, readHeader, findRequestedVersion, makeVersionHeader } from './exchange.ts';
import { describeObject, isArchived } from './object-headers.ts';
import { makeChecksumHeaders } from './request-checksum.ts';

/** Returns the range of a part; of an object not uploaded in parts, part 1 is the whole object. */
function resolvePartRange(version: StoredVersion, partNumber: string): ByteRange | undefined {
  const number = /^\d{1,5}$/.test(partNumber) ? Number(partNumber) : 0;
  if (number < 1 || number > 10_000) {
    throw s3Error('InvalidArgument', { Message: 'Part number must be an integer between 1 and 10000, inclusive' });
  }
  const parts = version.parts ?? [{ number: 1, size: version.sizeBytes }];
  const index = number - 1;
  const part = parts[index];
  if (part === undefined) throw s3Error('InvalidPartNumber', { PartNumberRequested: partNumber });
  if (part.size === 0) return undefined;
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + part.size - 1 };
}

/** GetObject and HeadObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export async function getObject(exchange: Exchange): Promise<void> {
  const { call, store } = exchange;
  const { request, response, query } = call;
  const version = findRequestedVersion(exchange);
  checkReadConditions(version, {
    ifMatch: readHeader(exchange, 'if-match'),
    ifNoneMatch: readHeader(exchange, 'if-none-match'),
    ifModifiedSince: readHeader(exchange, 'if-modified-since'),
    ifUnmodifiedSince: readHeader(exchange, 'if-unmodified-since'),
  });
  if (request.method === 'GET' && isArchived(version)) throw s3Error('InvalidObjectState', { StorageClass: version.storageClass });
  const partNumber = query.get('partNumber');
  const rangeHeader = readHeader(exchange, 'range');
  if (partNumber !== null && rangeHeader !== undefined) {
    throw s3Error('InvalidRequest', { Message: 'Cannot specify both Range header and partNumber query parameter' });
  }
  const headers = {
    ...describeObject(version, query),
    ...makeVersionHeader(store.buckets.get(version.bucket), version.versionId),
  };
  if (partNumber !== null && version.parts !== undefined) headers['x-amz-mp-parts-count'] = `${version.parts.length}`;

  let range: ByteRange | undefined;
  if (partNumber !== null) range = resolvePartRange(version, partNumber);
  else if (mayServeRange(version, readHeader(exchange, 'if-range')))
    range = resolveRange(rangeHeader, version.sizeBytes);
  // The checksum of the whole object does not apply to a range.
  const isWhole = range === undefined || range.end - range.start + 1 === version.sizeBytes;
  if (isWhole && readAmzHeader(exchange, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, makeChecksumHeaders(version.checksum));
  }
  const start = range?.start ?? 0;
  const end = range?.end ?? version.sizeBytes - 1;
  headers['content-length'] = `${end - start + 1}`;
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end}/${version.sizeBytes}`;
  response.writeHead(range === undefined ? 200 : 206, headers);
  if (request.method === 'HEAD' || end < start) {
    response.end();
    return;
  }
  try {
    await pipeline(store.files.read(version.segments, start, end), response);
  } catch (error) {
    // A client that disconnects early is not a server error.
    if (!response.destroyed) throw error;
  }
}
