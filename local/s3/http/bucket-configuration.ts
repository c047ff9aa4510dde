import { sendXml } from '../../aws-api/responses.ts';
import { findChildText, readXml, writeXml } from '../../aws-api/xml.ts';
import { REGION } from '../../cloud/account.ts';
import { s3Error } from '../store/s3-error.ts';
import { type Exchange, readAmzHeader, S3_NAMESPACE, sendEmpty, formatXmlTime } from './exchange.ts';
import { OWNER } from './list-objects.ts';
import { checkAcl } from './write-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ call, store }: Exchange): void {
  const Bucket = store.buckets.list().map(({ name, created }) => ({
    Name: name,
    CreationDate: formatXmlTime(created),
    BucketRegion: REGION,
  }));
  sendXml(call, writeXml('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } }, S3_NAMESPACE));
}

/**
 * Responds to the creation of a bucket, which some clients request before each upload: in us-east-1 it succeeds for a
 * bucket that the caller owns. Other buckets are created by the template only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 *
 * @throws ApiError `NotImplemented`, `IllegalLocationConstraintException`, `AccessControlListNotSupported`
 */
export async function createBucket(exchange: Exchange): Promise<void> {
  const { bucket, call, store } = exchange;
  checkAcl((name) => readAmzHeader(exchange, name));
  const body = (await call.readBody()).toString('utf8');
  const location = body === '' ? undefined : findChildText(readXml(body, 'CreateBucketConfiguration'), 'LocationConstraint');
  if (location !== undefined && location !== REGION) throw s3Error('IllegalLocationConstraintException');
  if (store.buckets.find(bucket) === undefined) {
    throw s3Error('NotImplemented', {
      Message: `The laptop cloud creates no bucket '${bucket}': buckets are those of the template. GET / lists them.`,
    });
  }
  sendEmpty(exchange, 200, { location: `/${bucket}` });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket(exchange: Exchange): void {
  exchange.store.buckets.get(exchange.bucket);
  sendEmpty(exchange, 200, { 'x-amz-bucket-region': REGION });
}

/**
 * Sends an empty location, which stands for us-east-1. Many S3 clients request it before anything else.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
export function getBucketLocation({ call, store, bucket }: Exchange): void {
  store.buckets.get(bucket);
  sendXml(call, writeXml('LocationConstraint', '', S3_NAMESPACE));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export function getBucketVersioning({ call, store, bucket }: Exchange): void {
  const { versioning } = store.buckets.get(bucket);
  sendXml(call, writeXml('VersioningConfiguration', { Status: versioning }, S3_NAMESPACE));
}
