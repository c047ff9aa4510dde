import { sendXml } from '../../aws-api/responses.ts';
import { writeXml } from '../../aws-api/xml.ts';
import { s3Error } from '../store/s3-error.ts';
import { type Exchange, findRequestedVersion, S3_NAMESPACE } from './exchange.ts';
import { OWNER } from './list-objects.ts';

/**
 * Sends the access control list of a bucket whose lists are disabled: full control for its owner.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
 */
export function getAcl({ call, store, bucket }: Exchange): void {
  store.buckets.get(bucket);
  const Grant = { Grantee: OWNER, Permission: 'FULL_CONTROL' };
  sendXml(call, writeXml('AccessControlPolicy', { Owner: OWNER, AccessControlList: { Grant } }, S3_NAMESPACE));
}

/** Sends the same for an object. @throws ApiError as `findRequestedVersion` does */
export function getObjectAcl(exchange: Exchange): void {
  findRequestedVersion(exchange);
  getAcl(exchange);
}

/** Refuses to set an access control list. @throws ApiError `AccessControlListNotSupported` */
export function refuseAcl(): void {
  throw s3Error('AccessControlListNotSupported');
}
