import { sendXml } from '../../aws-api/responses.ts';
import { findChildren, findChildText, readXml, writeXml, type XmlChildren } from '../../aws-api/xml.ts';
import type { Tag } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { type Exchange, findRequestedVersion, S3_NAMESPACE, sendEmpty, makeVersionHeader } from './exchange.ts';
import { checkTags } from './object-headers.ts';

/** Parses `<Tagging><TagSet>` of a request or POST form. @throws ApiError `MalformedXML`, `InvalidTag` */
export function parseTagging(document: string): Tag[] {
  const [tagSet] = findChildren(readXml(document, 'Tagging'), 'TagSet');
  if (tagSet === undefined) throw s3Error('MalformedXML');
  return checkTags(
    findChildren(tagSet, 'Tag').map((tag) => {
      const key = findChildText(tag, 'Key');
      const value = findChildText(tag, 'Value');
      if (key === undefined || value === undefined) throw s3Error('MalformedXML');
      return { key, value };
    }),
  );
}

function tagSetOf(tags: readonly Tag[]): XmlChildren {
  return {
    TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getObjectTagging(exchange: Exchange): void {
  const { call, store, bucket } = exchange;
  const version = findRequestedVersion(exchange);
  for (const [name, value] of Object.entries(makeVersionHeader(store.buckets.get(bucket), version.versionId))) {
    call.response.setHeader(name, value);
  }
  sendXml(call, writeXml('Tagging', tagSetOf(version.tags), S3_NAMESPACE));
}

/** Replaces all tags. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(exchange: Exchange): Promise<void> {
  const { call, store, bucket, key } = exchange;
  const tags = parseTagging((await call.readBody()).toString('utf8'));
  const version = store.setTags(bucket, key, call.query.get('versionId') ?? undefined, tags);
  sendEmpty(exchange, 200, makeVersionHeader(store.buckets.get(bucket), version.versionId));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export function deleteObjectTagging(exchange: Exchange): void {
  const { call, store, bucket, key } = exchange;
  const version = store.setTags(bucket, key, call.query.get('versionId') ?? undefined, []);
  sendEmpty(exchange, 204, makeVersionHeader(store.buckets.get(bucket), version.versionId));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export function getBucketTagging({ call, store, bucket }: Exchange): void {
  const { tags } = store.buckets.get(bucket);
  if (tags.length === 0) throw s3Error('NoSuchTagSet', { BucketName: bucket });
  sendXml(call, writeXml('Tagging', tagSetOf(tags), S3_NAMESPACE));
}
