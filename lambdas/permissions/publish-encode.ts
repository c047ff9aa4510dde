import { PutObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { DASH_MANIFEST, HLS_PLAYLIST, PUBLISHED_TAG } from '../contracts/output-layout.ts';
import { forEachConcurrently } from '../runtime/for-each-concurrently.ts';
import { OutputIncompleteError } from '../chain/errors.ts';
import { listObjects } from '../runtime/list-objects.ts';

const CONCURRENCY = 16;

/**
 * Publishes every object of an encode. The playlists come last, so that viewers who see one can fetch everything it
 * names.
 *
 * @returns number of published objects
 * @throws OutputIncompleteError
 */
export async function publishEncode(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  const keys = (await listObjects(s3, bucket, prefix)).map(({ key }) => key);
  const missing = [HLS_PLAYLIST, DASH_MANIFEST].filter((name) => !keys.includes(`${prefix}${name}`));
  if (missing.length > 0) throw new OutputIncompleteError(`${prefix} has no ${missing.join(' and no ')}`);
  const [playlists, media] = [keys.filter(isPlaylist), keys.filter((key) => !isPlaylist(key))];
  const tag = async (key: string): Promise<void> => {
    const TagSet = [{ Key: PUBLISHED_TAG.key, Value: PUBLISHED_TAG.value }];
    await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging: { TagSet } }));
  };
  await forEachConcurrently(media, CONCURRENCY, tag);
  await forEachConcurrently(playlists, CONCURRENCY, tag);
  return keys.length;
}

function isPlaylist(key: string): boolean {
  return key.endsWith('.m3u8') || key.endsWith('.mpd');
}
