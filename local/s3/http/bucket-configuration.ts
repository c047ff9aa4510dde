import { sendXml } from '../../aws-api/responses.ts';
import { writeXml } from '../../aws-api/xml.ts';
import { REGION } from '../../cloud/account.ts';
import { s3Error } from '../store/s3-error.ts';
import { sendEmpty, type Exchange, S3_NAMESPACE, xmlTime } from './exchange.ts';
import { OWNER } from './list-objects.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ call, store }: Exchange): void {
  const Bucket = store.buckets.list().map(({ name, created }) => ({
    Name: name,
    CreationDate: xmlTime(created),
    BucketRegion: REGION,
  }));
  sendXml(call, writeXml('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } }, S3_NAMESPACE));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket(exchange: Exchange): void {
  exchange.store.buckets.get(exchange.bucket);
  sendEmpty(exchange, 200, { 'x-amz-bucket-region': REGION });
}

/** Empty for us-east-1. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function getBucketLocation({ call, store, bucket }: Exchange): void {
  store.buckets.get(bucket);
  sendXml(call, writeXml('LocationConstraint', '', S3_NAMESPACE));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export function getBucketVersioning({ call, store, bucket }: Exchange): void {
  const { versioning } = store.buckets.get(bucket);
  sendXml(call, writeXml('VersioningConfiguration', { Status: versioning }, S3_NAMESPACE));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export function getBucketNotification({ call, store, bucket }: Exchange): void {
  const { eventBridge } = store.buckets.get(bucket);
  const EventBridgeConfiguration = eventBridge ? '' : undefined;
  sendXml(call, writeXml('NotificationConfiguration', { EventBridgeConfiguration }, S3_NAMESPACE));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export function getBucketCors({ call, store, bucket }: Exchange): void {
  const { corsRules } = store.buckets.get(bucket);
  if (corsRules.length === 0) throw s3Error('NoSuchCORSConfiguration', { BucketName: bucket });
  const CORSRule = corsRules.map((rule) => ({
    AllowedHeader: rule.allowedHeaders,
    AllowedMethod: rule.allowedMethods,
    AllowedOrigin: rule.allowedOrigins,
    ExposeHeader: rule.exposedHeaders,
    MaxAgeSeconds: rule.maxAgeSeconds,
  }));
  sendXml(call, writeXml('CORSConfiguration', { CORSRule }, S3_NAMESPACE));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export function getBucketPolicy({ call, store, bucket }: Exchange): void {
  const { policy } = store.buckets.get(bucket);
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', { BucketName: bucket });
  const body = Buffer.from(JSON.stringify(policy));
  call.response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  call.response.end(body);
}
