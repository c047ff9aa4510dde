import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Rendition } from '../../catalog/schema/index.ts';
import { averageBitrate, maxSegmentBitrate } from '../../media/bitrate.ts';
import { HLS_PLAYLIST } from '../contracts/output-layout.ts';
import { OutputIncompleteError } from '../chain/errors.ts';
import { listObjects } from '../runtime/list-objects.ts';
import { readMediaPlaylist } from '../../media/hls/media-playlist.ts';
import { type ListedRendition, readMultivariantPlaylist } from '../../media/hls/multivariant-playlist.ts';

export type MeasuredRendition = Omit<Rendition, 'revisionId'>;

/**
 * Measures the output of an encode: renditions from its playlists, sizes from its objects, bit rates from both.
 *
 * @throws OutputIncompleteError if a playlist or a media file is missing
 */
export async function measureRenditions(s3: S3Client, bucket: string, prefix: string): Promise<MeasuredRendition[]> {
  const sizes = new Map((await listObjects(s3, bucket, prefix)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  const readText = async (name: string): Promise<string> => {
    const key = `${prefix}${name}`;
    if (!sizes.has(key)) throw new OutputIncompleteError(`${key} is missing`);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  };
  const renditions = readMultivariantPlaylist(await readText(HLS_PLAYLIST));
  return Promise.all(
    renditions.map(async (rendition) => {
      const { uri, segments } = readMediaPlaylist(await readText(rendition.uri));
      const sizeBytes = sizes.get(`${prefix}${uri}`);
      if (sizeBytes === undefined) throw new OutputIncompleteError(`${prefix}${uri} is missing`);
      const durationSeconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
      return {
        name: uri,
        kind: rendition.kind,
        codecs: rendition.codecs,
        ...columnsOf(rendition),
        durationMs: Math.round(durationSeconds * 1000),
        sizeBytes,
        averageBps: averageBitrate(segments),
        peakBps: maxSegmentBitrate(segments),
      };
    }),
  );
}

function columnsOf(rendition: ListedRendition) {
  return rendition.kind === 'video'
    ? {
        width: rendition.width,
        height: rendition.height,
        frameRate: rendition.frameRate,
        language: null,
        channels: null,
      }
    : {
        width: null,
        height: null,
        frameRate: null,
        language: rendition.language ?? null,
        channels: rendition.channels,
      };
}
