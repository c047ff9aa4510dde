import { GetObjectCommand, NoSuchKey, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { UnreadablePlaylistError } from '../../media/unreadable-playlist-error.ts';
import type { ReadPlaylist } from './serve-playlist.ts';

/**
 * Maximum size of a stored playlist. That of a day-long video in two-second segments has about 3 MB; with a signature on
 * each line it exceeds the 6 MB limit of a buffered response, unless gzipped.
 */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Returns a reader that uses the function's own role. It may read only published objects and cannot list, so S3 responds
 * 403 for an unpublished or a missing one.
 */
export function playlistReader(client: S3Client, bucket: string): ReadPlaylist {
  return async (key) => {
    try {
      const { Body: body, ContentLength: length } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key }),
      );
      if ((length ?? 0) > MAX_BYTES) throw new UnreadablePlaylistError(`The playlist has ${length} bytes.`);
      const bytes = await body?.transformToByteArray();
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403) return undefined;
      throw error;
    }
  };
}
