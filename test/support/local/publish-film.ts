import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { indexKey, PUBLISHED_TAGGING } from '../../../lambdas/contracts/output-layout.ts';
import { type SourceIdentity, sourceIdentitySchema } from '../../../lambdas/contracts/source-identity.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { buildIndex } from '../../../media/packaging/build-index.ts';
import { writeInitSegment } from '../../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../../../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../../../media/packaging/index/source-index.ts';

export interface FilmBuckets {
  readonly client: S3Client;
  /** Versioned. */
  readonly sourceBucket: string;
  readonly outputBucket: string;
}

/** Film whose source is stored, and whose index is published. */
export interface PublishedFilm {
  readonly source: SourceIdentity;
  readonly index: SourceIndex;
  readonly indexBytes: Uint8Array;
  /** Key of the index. */
  readonly key: string;
  /** Path of a file at the edge. */
  pathOf(file: string): string;
  /** Returns an init segment, or a media segment, as the packaging library makes it of the whole file. */
  segment(track: number, segment?: number): Buffer;
}

/** Puts a file into the source bucket and publishes its index, as the chain does. */
export async function publishFilm(
  { client, sourceBucket, outputBucket }: FilmBuckets,
  file: Buffer,
  revision: { readonly videoId: string; readonly revision: number },
): Promise<PublishedFilm> {
  const key = `uploads/${revision.videoId}.mp4`;
  const upload = new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: file });
  const { VersionId: versionId, ETag: etag } = await client.send(upload);
  const source = sourceIdentitySchema.parse({ bucket: sourceBucket, key, versionId, etag: etag?.replaceAll('"', '') });
  const indexBytes = await buildIndex(byteSourceOf(file), { identity: JSON.stringify(source), segmentSeconds: 1 });
  const index = openIndexFile(indexBytes);
  const stored = { Bucket: outputBucket, Key: indexKey(revision), Body: indexBytes, Tagging: PUBLISHED_TAGGING };
  await client.send(new PutObjectCommand(stored));
  return {
    source,
    index,
    indexBytes,
    key: stored.Key,
    pathOf: (name) => `/v/${revision.videoId}/${revision.revision}/mp4hls/${name}`,
    segment: (track, segment) => {
      if (segment === undefined) return Buffer.from(writeInitSegment(index, [track]));
      const planned = planFmp4Segment(index, { plan: index.plan, segment, tracks: [track] });
      return Buffer.concat(planned.assemble(planned.ranges.map(({ offset, length }) => file.subarray(offset, offset + length))));
    },
  };
}

/**
 * Arguments of ffmpeg for four seconds of a test pattern, a tone, and a second picture of noise once a second, which lies between
 * the first picture's samples, so that reading one of its segments takes several requests.
 */
export const SCATTERED_FILM: readonly string[] = (
  '-f lavfi -i testsrc2=size=160x90:rate=10:duration=4 -f lavfi -i sine=frequency=440:sample_rate=48000:duration=4 ' +
  '-f lavfi -i nullsrc=size=640x480:rate=2:duration=4,geq=random(1)*255:128:128 -map 0 -map 1 -map 2 -c:a aac ' +
  '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g:v:0 20 -g:v:1 1 -qp:v:1 1'
).split(' ');
