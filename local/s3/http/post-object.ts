import path from 'node:path';
import type { Credentials, KnownKey } from '../../aws-api/credentials.ts';
import { ALGORITHM, createSigner, isEqualInConstantTime, parseAmzDate } from '../../aws-api/signing.ts';
import { writeXml } from '../../aws-api/xml.ts';
import { sendXml } from '../../aws-api/responses.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../store/checksums.ts';
import { makeDraft } from '../store/make-draft.ts';
import { MAX_PART_BYTES } from '../store/multipart-uploads.ts';
import { KEPT_HEADERS, type ObjectDetails, type StoredVersion } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { writeBody, type WrittenBody } from '../store/write-body.ts';
import { writeAccess } from './access.ts';
import { checkKey, type Exchange, readOrigin, quoteEtag, sendEmpty, makeVersionHeader } from './exchange.ts';
import { type Form, readForm } from './form-data.ts';
import { checkMetadataSize, checkStorageClass } from './object-headers.ts';
import { checkPostPolicy, parsePostPolicy } from './post-policy.ts';
import { makeChecksumHeaderName } from './request-checksum.ts';
import { parseTagging } from './tagging.ts';
import { checkWriteSettings } from './write-settings.ts';

/**
 * Verifies the signature of a form. It covers only the policy, which in turn restricts the fields of the form.
 *
 * @throws ApiError `AccessDenied`, `InvalidArgument`, `InvalidAccessKeyId`, `InvalidToken`, `SignatureDoesNotMatch`
 */
async function authenticateForm(
  fields: ReadonlyMap<string, string>,
  credentials: Credentials,
): Promise<{ key: KnownKey; policy: string }> {
  const policy = fields.get('policy');
  const credential = fields.get('x-amz-credential');
  const signature = fields.get('x-amz-signature');
  // Unlike AWS, the laptop allows no unsigned forms, whatever the bucket policy.
  if (policy === undefined && signature === undefined) throw s3Error('AccessDenied');
  const missing = ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'].find(
    (name) => !fields.get(name),
  );
  if (missing !== undefined || policy === undefined || credential === undefined || signature === undefined) {
    throw s3Error('InvalidArgument', {
      Message: `Bucket POST must contain a field named '${missing}'.  If it is specified, please check the order of the fields.`,
      ArgumentName: missing ?? '',
    });
  }
  const [accessKeyId = '', shortDate = '', region = '', signingName = '', terminator] = credential.split('/');
  const signedAt = parseAmzDate(fields.get('x-amz-date') ?? '');
  const isUsable = fields.get('x-amz-algorithm') === ALGORITHM && signingName === 's3' && terminator === 'aws4_request';
  if (!isUsable || signedAt === undefined || !fields.get('x-amz-date')?.startsWith(shortDate)) {
    throw s3Error('InvalidArgument', { Message: 'The signature fields of the form are not valid.' });
  }
  const key = credentials.find(accessKeyId);
  if (key === undefined) throw s3Error('InvalidAccessKeyId', { AWSAccessKeyId: accessKeyId });
  if (!isEqualInConstantTime(fields.get('x-amz-security-token') ?? '', key.sessionToken ?? '')) {
    throw s3Error('InvalidToken');
  }
  if (key.expiresAt !== undefined && key.expiresAt <= new Date()) throw s3Error('ExpiredToken');
  const expected = await createSigner({ region, signingName }, key).sign(policy, { signingDate: signedAt });
  if (!isEqualInConstantTime(signature, expected)) throw s3Error('SignatureDoesNotMatch');
  return { key, policy };
}

function readDetails(form: Form): Pick<ObjectDetails, 'headers' | 'metadata' | 'tags' | 'storageClass'> {
  const { fields, fileType } = form;
  // Forms name the ACL without the prefix.
  checkWriteSettings((name) => fields.get(name) ?? (name === 'x-amz-acl' ? fields.get('acl') : undefined));
  const headers: ObjectDetails['headers'] = {};
  for (const name of KEPT_HEADERS) {
    const value = fields.get(name);
    if (value) headers[name] = value;
  }
  if (fileType !== undefined) headers['content-type'] ??= fileType;
  const metadata = Object.fromEntries(
    [...fields].flatMap(([name, value]) => (name.startsWith('x-amz-meta-') ? [[name.slice(11), value]] : [])),
  );
  checkMetadataSize(metadata);
  const tagging = fields.get('tagging');
  return {
    headers,
    metadata,
    tags: tagging === undefined ? [] : parseTagging(tagging),
    storageClass: checkStorageClass(fields.get('x-amz-storage-class')),
  };
}

async function* limitLength(file: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > maxBytes) {
      throw s3Error('EntityTooLarge', { ProposedSize: `${size}`, MaxSizeAllowed: `${maxBytes}` });
    }
    yield chunk;
  }
}

function formChecksum(
  fields: ReadonlyMap<string, string>,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = fields.get(makeChecksumHeaderName(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  })[0];
}

function sendResult(exchange: Exchange, fields: ReadonlyMap<string, string>, version: StoredVersion): void {
  const { call, store } = exchange;
  const location = `http://${call.request.headers.host ?? 'localhost'}/${version.bucket}/${encodeURIComponent(version.key)}`;
  const headers = {
    etag: quoteEtag(version.etag),
    location,
    ...makeVersionHeader(store.buckets.get(version.bucket), version.versionId),
  };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.searchParams.set('bucket', version.bucket);
    url.searchParams.set('key', version.key);
    url.searchParams.set('etag', headers.etag);
    sendEmpty(exchange, 303, { ...headers, location: url.href });
    return;
  }
  const status = fields.get('success_action_status');
  if (status !== '201') {
    sendEmpty(exchange, status === '200' ? 200 : 204, headers);
    return;
  }
  for (const [name, value] of Object.entries(headers)) call.response.setHeader(name, value);
  const { bucket: Bucket, key: Key } = version;
  sendXml(call, writeXml('PostResponse', { Location: location, Bucket, Key, ETag: headers.etag }), 201);
}

/**
 * Stores the file of an HTML form, after checking every condition of its policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(exchange: Exchange, credentials: Credentials): Promise<void> {
  const { call, store, bucket } = exchange;
  store.buckets.get(bucket);
  const contentType = call.request.headers['content-type'] ?? '';
  const form = await readForm(contentType, call.payload.iterator({ destroyOnReturn: false }));
  const baseName = path.posix.basename(form.fileName.replaceAll('\\', '/'));
  const key = form.fields.get('key')?.replaceAll('${filename}', baseName);
  if (!key) {
    throw s3Error('InvalidArgument', {
      Message:
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      ArgumentName: 'key',
    });
  }
  checkKey(key);
  const { key: signer, policy } = await authenticateForm(form.fields, credentials);
  const fields = new Map([...form.fields, ['key', key], ['bucket', bucket]]);
  const { minBytes, maxBytes } = checkPostPolicy(parsePostPolicy(policy), fields, new Date());
  const checksum = formChecksum(fields);
  const check = (written: WrittenBody): void => {
    if (written.sizeBytes < minBytes) {
      throw s3Error('EntityTooSmall', { ProposedSize: `${written.sizeBytes}`, MinSizeAllowed: `${minBytes}` });
    }
    if (checksum !== undefined && written.checksums.get(checksum.algorithm) !== checksum.value) {
      throw s3Error('BadDigest', {
        Message: `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
      });
    }
  };
  const details = readDetails(form);
  await call.authorize(writeAccess(bucket, key, details.tags), signer.caller);
  const file = limitLength(form.file, Math.min(maxBytes, MAX_PART_BYTES));
  const body = await writeBody(store.files, file, checksum === undefined ? [] : [checksum.algorithm], check);
  const version = await store.commit(makeDraft({ bucket, key }, details, body), 'POST Object', readOrigin(exchange));
  sendResult(exchange, fields, version);
}
