import {
  DeleteObjectTaggingCommand,
  NoSuchKey,
  PutObjectTaggingCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { PUBLISHED_TAG } from '../contracts/output-layout.ts';
import { forEachConcurrently } from '../runtime/for-each-concurrently.ts';

const CONCURRENCY = 16;

/** A tag of an object. */
export interface ObjectTag {
  readonly key: string;
  readonly value: string;
}

/** Publishes objects. The playlists come last, so that viewers who see one can fetch everything it names. */
export async function publishObjects(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const { playlists, media } = split(keys);
  for (const part of [media, playlists]) await tagEach(s3, bucket, part, PUBLISHED_TAG);
}

/**
 * Unpublishes objects, so that neither the edge nor the playlist function may read them. The playlists come first: after a
 * few requests nobody can start to play.
 *
 * @param tag replaces the tags of each object. @default no tags
 */
export async function unpublishObjects(
  s3: S3Client,
  bucket: string,
  keys: readonly string[],
  tag?: ObjectTag,
): Promise<void> {
  const { playlists, media } = split(keys);
  for (const part of [playlists, media]) await tagEach(s3, bucket, part, tag);
}

/** Replaces the tags of each object, since a request sets all tags of an object. Skips those that were deleted meanwhile. */
async function tagEach(s3: S3Client, bucket: string, keys: readonly string[], tag: ObjectTag | undefined): Promise<void> {
  await forEachConcurrently(keys, CONCURRENCY, async (key) => {
    const object = { Bucket: bucket, Key: key };
    try {
      if (tag === undefined) await s3.send(new DeleteObjectTaggingCommand(object));
      else await s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: tag.key, Value: tag.value }] } }));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof NoSuchKey || (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404);
}

/** Separates what the playlist function serves from media. */
function split(keys: readonly string[]): { readonly playlists: string[]; readonly media: string[] } {
  return { playlists: keys.filter(isPlaylist), media: keys.filter((key) => !isPlaylist(key)) };
}

function isPlaylist(key: string): boolean {
  return /\.(?:m3u8|mpd|vtt)$/.test(key);
}
