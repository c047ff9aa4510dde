import { s3Error } from '../store/s3-error.ts';
import { getAcl, getObjectAcl, refuseAcl } from './acl.ts';
import { createBucket, getBucketLocation, getBucketVersioning, headBucket, listBuckets } from './bucket-configuration.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { readAmzHeader, type Exchange } from './exchange.ts';
import { getObject } from './get-object.ts';
import { listObjectsV1, listObjectsV2, listObjectVersions } from './list-objects.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
} from './multipart-upload.ts';
import { putObject } from './put-object.ts';
import { deleteObjectTagging, getBucketTagging, getObjectTagging, putObjectTagging } from './tagging.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

type S3Operation = (exchange: Exchange) => void | Promise<void>;

/** Query parameters that select another operation. */
const SUBRESOURCES = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
] as const;

/** Operations by method, level and, if present, subresource. */
const OPERATIONS: Readonly<Record<string, S3Operation>> = {
  'GET service': listBuckets,
  'HEAD bucket': headBucket,
  'PUT bucket': createBucket,
  'GET bucket?acl': getAcl,
  'PUT bucket?acl': refuseAcl,
  'GET bucket': listObjectsV1,
  'GET bucket?location': getBucketLocation,
  'GET bucket?versioning': getBucketVersioning,
  'GET bucket?versions': listObjectVersions,
  'GET bucket?uploads': listMultipartUploads,
  'GET bucket?tagging': getBucketTagging,
  'POST bucket?delete': deleteObjects,
  'GET object': getObject,
  'GET object?acl': getObjectAcl,
  'PUT object?acl': refuseAcl,
  'HEAD object': getObject,
  'PUT object': putObject,
  'DELETE object': deleteObject,
  'GET object?tagging': getObjectTagging,
  'PUT object?tagging': putObjectTagging,
  'DELETE object?tagging': deleteObjectTagging,
  'POST object?uploads': createMultipartUpload,
  'GET object?uploadId': listParts,
  'PUT object?uploadId': uploadPart,
  'POST object?uploadId': completeMultipartUpload,
  'DELETE object?uploadId': abortMultipartUpload,
};

/** Finds the operation of a request, with its name in the table of permissions. @throws ApiError `MethodNotAllowed`, or `NotImplemented` for unsupported operations */
export function findOperation(exchange: Exchange): { readonly name: string; readonly run: S3Operation } {
  const { call, bucket, key } = exchange;
  const method = call.request.method ?? '';
  const level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const subresource = SUBRESOURCES.find((name) => call.query.has(name));
  const name = `${method} ${level}${subresource === undefined ? '' : `?${subresource}`}`;
  if (name === 'GET bucket' && call.query.get('list-type') === '2') return { name, run: listObjectsV2 };
  const isCopy = readAmzHeader(exchange, 'x-amz-copy-source') !== undefined;
  if (name === 'PUT object' && isCopy) return { name: 'COPY object', run: copyObject };
  if (name === 'PUT object?uploadId' && isCopy) return { name: 'COPY object?uploadId', run: uploadPartCopy };
  const operation = OPERATIONS[name];
  if (operation !== undefined) return { name, run: operation };
  if (subresource === undefined && level !== 'bucket') throw s3Error('MethodNotAllowed', { Method: method });
  throw s3Error('NotImplemented', {
    Message: `The laptop cloud does not implement ${name}; the template defines buckets and their configuration.`,
  });
}
