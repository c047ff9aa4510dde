import { ApiError } from '../../aws-api/api-error.ts';
import { sendXml } from '../../aws-api/responses.ts';
import { findChildren, findChildText, readXml, writeXml, type XmlNode, type XmlValue } from '../../aws-api/xml.ts';
import type { Deletion } from '../store/version-store.ts';
import { s3Error } from '../store/s3-error.ts';
import { deleteAccess } from './access.ts';
import { checkKey, type Exchange, readHeader, readOrigin, S3_NAMESPACE, sendEmpty, unquoteEtag } from './exchange.ts';
import { readBodyClaims } from './request-checksum.ts';
import { BodyDigests } from '../store/body-digests.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export async function deleteObject(exchange: Exchange): Promise<void> {
  const { call, store, bucket, key } = exchange;
  const versionId = call.query.get('versionId') ?? undefined;
  const ifMatch = readHeader(exchange, 'if-match');
  const conditions = ifMatch === undefined ? {} : { ifMatch: unquoteEtag(ifMatch) };
  const deletion = await store.delete(bucket, key, versionId, readOrigin(exchange), conditions);
  sendEmpty(exchange, 204, {
    ...(deletion.versionId === undefined ? {} : { 'x-amz-version-id': deletion.versionId }),
    ...(deletion.isDeleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETED_OBJECTS = 1000;

function checkBody(exchange: Exchange, body: Buffer): void {
  const claims = readBodyClaims(exchange);
  if (claims.algorithm === undefined && readHeader(exchange, 'content-md5') === undefined) {
    throw s3Error('InvalidRequest', {
      Message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    });
  }
  const digests = new BodyDigests(claims.algorithm === undefined ? [] : [claims.algorithm]);
  digests.update(body);
  claims.check({ segments: [], sizeBytes: body.length, ...digests.finish() });
}

function describe(key: string, requested: string | undefined, deletion: Deletion): XmlValue {
  return {
    Key: key,
    ...(requested === undefined ? {} : { VersionId: requested }),
    ...(deletion.isDeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId } : {}),
  };
}

export async function deleteObjects(exchange: Exchange): Promise<void> {
  const { call, store, bucket } = exchange;
  store.buckets.get(bucket);
  const body = await call.readBody();
  checkBody(exchange, body);
  const request = readXml(body.toString('utf8'), 'Delete');
  const objects = findChildren(request, 'Object');
  if (objects.length === 0 || objects.length > MAX_DELETED_OBJECTS) throw s3Error('MalformedXML');
  const quiet = findChildText(request, 'Quiet')?.trim() === 'true';
  const Deleted: XmlValue[] = [];
  const errors: XmlValue[] = [];
  const deleteOne = async (object: XmlNode): Promise<void> => {
    const Key = findChildText(object, 'Key');
    if (Key === undefined || Key === '') throw s3Error('MalformedXML');
    const VersionId = findChildText(object, 'VersionId') || undefined;
    const ifMatch = findChildText(object, 'ETag');
    try {
      checkKey(Key);
      await call.authorize([deleteAccess(bucket, Key, VersionId)]);
      const conditions = ifMatch === undefined ? {} : { ifMatch: unquoteEtag(ifMatch) };
      const deletion = await store.delete(bucket, Key, VersionId, readOrigin(exchange), conditions);
      if (!quiet) Deleted.push(describe(Key, VersionId, deletion));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  };
  for (const object of objects) await deleteOne(object);
  sendXml(call, writeXml('DeleteResult', { Deleted, Error: errors }, S3_NAMESPACE));
}
