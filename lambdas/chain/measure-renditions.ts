import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Rendition } from '../../catalog/schema/index.ts';
import { averageBitrate, maxSegmentBitrate } from '../../media/bitrate.ts';
import { HLS_PLAYLIST } from '../contracts/output-layout.ts';
import { OutputIncompleteError } from './errors.ts';
import { listObjects } from '../runtime/list-objects.ts';
import { readMediaPlaylist } from '../../media/hls/media-playlist.ts';
import { listImagePlaylists, type ListedRendition, readMultivariantPlaylist } from '../../media/hls/multivariant-playlist.ts';

export type MeasuredRendition = Omit<Rendition, 'revisionId'>;

/** Output of an encode, as its playlists and objects describe it. */
export interface MeasuredOutput {
  readonly renditions: readonly MeasuredRendition[];
  /**
   * Duration of the longest video rendition, milliseconds, which HLS players show and the poster and storyboard follow. A DASH
   * manifest may last up to a frame of sound longer, since it covers every track: ISO/IEC 23009-1:2022, 5.3.1.2.
   */
  readonly durationMs: number;
  /** Playlists of tiled thumbnails. */
  readonly imagePlaylists: readonly string[];
}

/**
 * Measures the output of an encode: renditions from its playlists, sizes from its objects, bit rates from both. All durations
 * of a video come from here: a job's event also lists those of its images, and the source's own are only claims.
 *
 * @throws OutputIncompleteError if a playlist or a media file is missing, or a file ends before its last segment
 */
export async function measureOutput(s3: S3Client, bucket: string, prefix: string): Promise<MeasuredOutput> {
  const sizes = new Map((await listObjects(s3, bucket, prefix)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  const readText = async (name: string): Promise<string> => {
    const key = `${prefix}${name}`;
    if (!sizes.has(key)) throw new OutputIncompleteError(`${name} is missing.`);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  };
  const multivariant = await readText(HLS_PLAYLIST);
  const renditions = await Promise.all(
    readMultivariantPlaylist(multivariant).map(async (rendition): Promise<MeasuredRendition> => {
      const { uri, segments } = readMediaPlaylist(await readText(rendition.uri));
      const sizeBytes = sizes.get(`${prefix}${uri}`);
      if (sizeBytes === undefined) throw new OutputIncompleteError(`${uri} is missing.`);
      const endBytes = Math.max(0, ...segments.map(({ offset, size }) => offset + size));
      if (endBytes > sizeBytes) throw new OutputIncompleteError(`${uri} has ${sizeBytes} of ${endBytes} bytes.`);
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
  const videos = renditions.filter(({ kind }) => kind === 'video');
  if (videos.length === 0) throw new OutputIncompleteError(`${HLS_PLAYLIST} lists no video.`);
  const durationMs = Math.max(...videos.map((video) => video.durationMs));
  return { renditions, durationMs, imagePlaylists: listImagePlaylists(multivariant) };
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
