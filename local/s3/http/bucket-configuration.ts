import { sendXml } from '../../aws-api/responses.ts';
import { writeXml } from '../../aws-api/xml.ts';
import { REGION } from '../../cloud/account.ts';
import { type Exchange, S3_NAMESPACE, sendEmpty, formatXmlTime } from './exchange.ts';
import { OWNER } from './list-objects.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ call, store }: Exchange): void {
  const Bucket = store.buckets.list().map(({ name, created }) => ({
    Name: name,
    CreationDate: formatXmlTime(created),
    BucketRegion: REGION,
  }));
  sendXml(call, writeXml('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } }, S3_NAMESPACE));
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
