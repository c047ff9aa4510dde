import type { Access } from '../../iam/access.ts';
import { ApiError } from '../../aws-api/api-error.ts';
import { PARTITION } from '../../cloud/account.ts';
import type { StoredVersion, Tag } from '../store/stored-version.ts';
import { parseCopySource } from './copy-source.ts';
import { type Exchange, readAmzHeader, readHeader } from './exchange.ts';
import { readObjectHeaders } from './object-headers.ts';

/** Requires that the caller may carry out an operation. @throws ApiError `AccessDenied` */
type Authorize = (exchange: Exchange) => Promise<void>;

/**
 * Permissions of the operations, by their names in `operations.ts`. `DeleteObjects` and forms check theirs object by object
 * and after their body is read.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const AUTHORIZATIONS: Readonly<Record<string, Authorize>> = {
  'GET service': ({ call }) => call.authorize([{ action: 's3:ListAllMyBuckets', resource: '*' }]),
  'HEAD bucket': onBucket('s3:ListBucket'),
  'PUT bucket': onBucket('s3:CreateBucket'),
  'GET bucket?acl': onBucket('s3:GetBucketAcl'),
  'PUT bucket?acl': onBucket('s3:PutBucketAcl'),
  'GET bucket': onBucket('s3:ListBucket'),
  'GET bucket?location': onBucket('s3:GetBucketLocation'),
  'GET bucket?versioning': onBucket('s3:GetBucketVersioning'),
  'GET bucket?versions': onBucket('s3:ListBucketVersions'),
  'GET bucket?uploads': onBucket('s3:ListBucketMultipartUploads'),
  'GET bucket?tagging': onBucket('s3:GetBucketTagging'),
  'POST bucket?delete': async () => undefined,
  'GET object': authorizeRead('s3:GetObject', 's3:GetObjectVersion'),
  'HEAD object': authorizeRead('s3:GetObject', 's3:GetObjectVersion'),
  'GET object?acl': authorizeRead('s3:GetObjectAcl', 's3:GetObjectVersionAcl'),
  'PUT object?acl': authorizeRead('s3:PutObjectAcl', 's3:PutObjectVersionAcl'),
  'PUT object': authorizeWrite,
  'COPY object': authorizeCopy,
  'DELETE object': ({ call, bucket, key }) =>
    call.authorize([deleteAccess(bucket, key, call.query.get('versionId') ?? undefined)]),
  'GET object?tagging': authorizeRead('s3:GetObjectTagging', 's3:GetObjectVersionTagging'),
  'PUT object?tagging': authorizeRead('s3:PutObjectTagging', 's3:PutObjectVersionTagging'),
  'DELETE object?tagging': authorizeRead('s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'),
  'POST object?uploads': authorizeWrite,
  'GET object?uploadId': onObject('s3:ListMultipartUploadParts'),
  'PUT object?uploadId': onObject('s3:PutObject'),
  'COPY object?uploadId': async (exchange) => {
    await authorizeSource(exchange);
    await onObject('s3:PutObject')(exchange);
  },
  'POST object?uploadId': onObject('s3:PutObject'),
  'DELETE object?uploadId': onObject('s3:AbortMultipartUpload'),
};

/** Requires that policies allow an operation. @throws ApiError `AccessDenied` */
export async function authorizeOperation(exchange: Exchange, name: string): Promise<void> {
  const authorize = AUTHORIZATIONS[name];
  if (authorize === undefined) throw new Error(`The permissions of ${name} are not known.`);
  await authorize(exchange);
}

/** Permission to delete an object, or a version of it. */
export function deleteAccess(bucket: string, key: string, versionId: string | undefined): Access {
  return { action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', resource: arnOf(bucket, key) };
}

/** Permissions to create an object, to which tags need their own. */
export function writeAccess(bucket: string, key: string, tags: readonly Tag[]): readonly Access[] {
  const resource = arnOf(bucket, key);
  const context = Object.fromEntries(tags.map((tag) => [`s3:RequestObjectTag/${tag.key}`, tag.value]));
  const write = { action: 's3:PutObject', resource, context };
  return tags.length === 0 ? [write] : [write, { action: 's3:PutObjectTagging', resource, context }];
}

function arnOf(bucket: string, key?: string): string {
  return `arn:${PARTITION}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
}

function onBucket(action: string): Authorize {
  return ({ call, bucket }) => {
    const context = Object.fromEntries(
      ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
        const value = call.query.get(name);
        return value === null ? [] : [[`s3:${name}`, value]];
      }),
    );
    return call.authorize([{ action, resource: arnOf(bucket), context }]);
  };
}

function onObject(action: string): Authorize {
  return ({ call, bucket, key }) => call.authorize([{ action, resource: arnOf(bucket, key) }]);
}

function authorizeRead(action: string, versionAction: string): Authorize {
  return async (exchange) => {
    const { bucket, key, call } = exchange;
    const versionId = call.query.get('versionId') ?? undefined;
    await authorizeExisting(exchange, versionId === undefined ? action : versionAction, { bucket, key, versionId });
  };
}

/**
 * Requires access to an existing object. That an object is missing is only for callers who may list its bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
async function authorizeExisting(
  { call, store }: Exchange,
  action: string,
  { bucket, key, versionId }: { bucket: string; key: string; versionId: string | undefined },
): Promise<StoredVersion | undefined> {
  let version: StoredVersion;
  try {
    version = store.find(bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await call.authorize([{ action: 's3:ListBucket', resource: arnOf(bucket) }]);
    return undefined;
  }
  const context = Object.fromEntries(version.tags.map((tag) => [`s3:ExistingObjectTag/${tag.key}`, tag.value]));
  await call.authorize([{ action, resource: arnOf(bucket, key), context }]);
  return version;
}

async function authorizeWrite(exchange: Exchange): Promise<void> {
  const { call, bucket, key } = exchange;
  await call.authorize(writeAccess(bucket, key, readObjectHeaders(exchange).tags));
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  if (readHeader(exchange, 'if-match') !== undefined) await onObject('s3:GetObject')(exchange);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
async function authorizeCopy(exchange: Exchange): Promise<void> {
  const { call, bucket, key } = exchange;
  const source = await authorizeSource(exchange);
  const replaces = readAmzHeader(exchange, 'x-amz-tagging-directive')?.toUpperCase() === 'REPLACE';
  const copied = replaces ? [] : (source?.tags ?? []);
  if (source !== undefined && copied.length > 0) {
    const action = parseCopySource(exchange).versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
    await call.authorize([{ action, resource: arnOf(source.bucket, source.key) }]);
  }
  await call.authorize(writeAccess(bucket, key, replaces ? readObjectHeaders(exchange).tags : copied));
}

function authorizeSource(exchange: Exchange): Promise<StoredVersion | undefined> {
  const source = parseCopySource(exchange);
  const action = source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return authorizeExisting(exchange, action, source);
}
