import { ACCOUNT_ID } from '../../cloud/account.ts';
import { s3Error } from '../store/s3-error.ts';

/** Returns a header of a write, or the field of a form, by lower-case name. */
type ReadSetting = (name: string) => string | undefined;

const GRANTS = ['full-control', 'read', 'read-acp', 'write', 'write-acp'].map((right) => `x-amz-grant-${right}`);
const LOCKS = ['mode', 'retain-until-date', 'legal-hold'].map((part) => `x-amz-object-lock-${part}`);
const CUSTOMER_KEYS = ['algorithm', 'key', 'key-md5'].map((part) => `x-amz-server-side-encryption-customer-${part}`);

/** Lists that grant the bucket's owner full control and others nothing, if a principal of the account sends them. */
const OWNER_ONLY = new Set(['bucket-owner-full-control', 'private']);

/**
 * Refuses an access control list that grants anything to others: those of all buckets in the template are disabled
 * (`BucketOwnerEnforced`). Clients such as rclone send `private` by default.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
 *
 * @throws ApiError `AccessControlListNotSupported`
 */
export function checkAcl(read: ReadSetting): void {
  const acl = read('x-amz-acl');
  if (acl !== undefined && !OWNER_ONLY.has(acl)) throw s3Error('AccessControlListNotSupported');
  if (GRANTS.some((name) => read(name) !== undefined)) throw s3Error('AccessControlListNotSupported');
}

/**
 * Refuses another encryption than that of S3 itself: S3 blocks keys of the customer for new buckets, and the laptop has no
 * KMS keys.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
 *
 * @throws ApiError `AccessDenied`, `InvalidArgument`, `NotImplemented`
 */
export function checkEncryption(read: ReadSetting): void {
  if (CUSTOMER_KEYS.some((name) => read(name) !== undefined)) {
    throw s3Error('AccessDenied', { Message: 'The bucket blocks encryption with keys of the customer (SSE-C).' });
  }
  const encryption = read('x-amz-server-side-encryption');
  if (encryption === undefined || encryption === 'AES256') return;
  if (encryption.startsWith('aws:')) {
    throw s3Error('NotImplemented', { Message: 'The laptop cloud has no KMS keys.', Header: 'x-amz-server-side-encryption' });
  }
  throw s3Error('InvalidArgument', {
    Message: 'The encryption method specified is not supported',
    ArgumentName: 'x-amz-server-side-encryption',
    ArgumentValue: encryption,
  });
}

/**
 * Checks the settings of a write, other than its conditions, tags and storage class.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 *
 * @throws ApiError as `checkAcl` and `checkEncryption` do, `InvalidRequest`, `InvalidRedirectLocation`
 */
export function checkWriteSettings(read: ReadSetting): void {
  checkAcl(read);
  checkEncryption(read);
  if (LOCKS.some((name) => read(name) !== undefined)) {
    throw s3Error('InvalidRequest', { Message: 'Bucket is missing Object Lock Configuration' });
  }
  const redirect = read('x-amz-website-redirect-location');
  if (redirect !== undefined && !/^(?:\/|https?:\/\/)/.test(redirect)) throw s3Error('InvalidRedirectLocation');
}

/**
 * Refuses a request that expects a bucket of another account.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 *
 * @throws ApiError `AccessDenied`
 */
export function checkExpectedOwner(read: ReadSetting): void {
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const owner = read(name);
    if (owner !== undefined && owner !== ACCOUNT_ID) throw s3Error('AccessDenied');
  }
}
