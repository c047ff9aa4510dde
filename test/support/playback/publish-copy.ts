import { randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { encodePrefix, indexKey, pointerKey, PUBLISHED_TAGGING } from '../../../lambdas/contracts/output-layout.ts';
import type { PointerTarget } from '../../../lambdas/contracts/pointer.ts';
import type { SourceIdentity } from '../../../lambdas/contracts/source-identity.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { buildIndex } from '../../../media/packaging/build-index.ts';
import type { CloudClients } from '../shared-cloud.ts';

/** Attempt of every copied encode. */
export const COPIED_ATTEMPT = 'attempt00';

/** Puts an object into the output bucket, tagged as published. */
export async function publishObject(cloud: CloudClients, key: string, body: Uint8Array | string): Promise<void> {
  await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.outputBucket, Key: key, Body: body, Tagging: PUBLISHED_TAGGING }));
}

/** Makes and publishes the index of an object of the source bucket, as the chain does. */
export async function publishIndex(cloud: CloudClients, videoId: string, key: string, segmentSeconds = 2): Promise<void> {
  const { Body: body, VersionId: versionId = '', ETag: etag = '' } = await cloud.s3.send(
    new GetObjectCommand({ Bucket: cloud.sourceBucket, Key: key }),
  );
  const source: SourceIdentity = { bucket: cloud.sourceBucket, key, versionId, etag: etag.replaceAll('"', '') };
  const file = (await body?.transformToByteArray()) ?? new Uint8Array();
  const index = await buildIndex(byteSourceOf(file), { identity: JSON.stringify(source), segmentSeconds });
  await publishObject(cloud, indexKey({ videoId, revision: 1 }), index);
}

/** Publishes the objects of an encode as the first revision of another video. */
export async function publishEncode(cloud: CloudClients, videoId: string, prefix: string): Promise<void> {
  const { Contents: objects = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: cloud.outputBucket, Prefix: prefix }));
  for (const { Key: key = '' } of objects) {
    const { Body: body } = await cloud.s3.send(new GetObjectCommand({ Bucket: cloud.outputBucket, Key: key }));
    const copy = `${encodePrefix({ videoId, revision: 1, attemptId: COPIED_ATTEMPT })}${key.slice(prefix.length)}`;
    await publishObject(cloud, copy, (await body?.transformToByteArray()) ?? '');
  }
}

/** Writes the pointer of a new video that the catalog does not know. @returns its id */
export async function publishPointer(cloud: CloudClients, target: PointerTarget | null): Promise<string> {
  const videoId = randomUUID();
  await publishObject(cloud, pointerKey(videoId), JSON.stringify({ number: 1, target, previous: null }));
  return videoId;
}
