import { CopyObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { POSTER, POSTER_FRAMES_PREFIX, PUBLISHED_TAGGING, STORYBOARD } from '../contracts/output-layout.ts';
import { encodeDurationMs } from '../chain/encode-duration.ts';
import { OutputIncompleteError } from '../chain/errors.ts';
import { type ListedObject, listObjects } from '../runtime/list-objects.ts';
import type { FinishedEncode } from '../chain/run-step.ts';
import { choosePosterFrame } from '../../media/stills/poster-frames.ts';
import { writeStoryboard } from '../../media/webvtt/storyboard.ts';

/** The part of the plan that describes the storyboard. */
const planSchema = z.object({
  storyboard: z.object({
    intervalSeconds: z.number().positive(),
    thumbnail: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
    columns: z.number().int().positive(),
    rows: z.number().int().positive(),
  }),
});

export interface Thumbnails {
  /** Key of the frame that was chosen as the poster. */
  readonly posterFrame: string;
  readonly storyboardImages: number;
}

/**
 * Writes the poster and the storyboard beside the media of an encode, as published objects.
 *
 * @throws OutputIncompleteError if the encoder wrote no frames or no tiled images
 */
export async function makeThumbnails(s3: S3Client, bucket: string, encode: FinishedEncode): Promise<Thumbnails> {
  const { prefix, revision, event } = encode;
  const objects = await listObjects(s3, bucket, prefix);
  const posterFrame = choosePosterFrame(posterFrames(objects, prefix))?.key;
  const images = tiledImages(objects, prefix);
  if (posterFrame === undefined || images.length === 0) {
    throw new OutputIncompleteError(
      `${prefix} has no ${posterFrame === undefined ? 'poster frames' : 'storyboard images'}`,
    );
  }
  const written = { Bucket: bucket, CacheControl: IMMUTABLE, Tagging: PUBLISHED_TAGGING };
  await s3.send(
    new CopyObjectCommand({
      ...written,
      Key: `${prefix}${POSTER}`,
      CopySource: `${bucket}/${posterFrame}`,
      TaggingDirective: 'REPLACE',
      MetadataDirective: 'REPLACE',
      ContentType: 'image/jpeg',
    }),
  );
  const { storyboard } = planSchema.parse(revision.plan);
  const durationSeconds = encodeDurationMs(event, revision) / 1000;
  await s3.send(
    new PutObjectCommand({
      ...written,
      Key: `${prefix}${STORYBOARD}`,
      ContentType: 'text/vtt; charset=utf-8',
      Body: writeStoryboard(images, storyboard, durationSeconds),
    }),
  );
  return { posterFrame, storyboardImages: images.length };
}

/** The path contains the attempt's id, so its objects never change. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

function posterFrames(objects: readonly ListedObject[], prefix: string): readonly ListedObject[] {
  return objects.filter(({ key }) => key.startsWith(`${prefix}${POSTER_FRAMES_PREFIX}`) && isJpeg(key));
}

/**
 * Returns the names of the storyboard's images, which are beside the playlists and end in their number. The encoder may
 * write a set for each rendition; the first is used.
 */
function tiledImages(objects: readonly ListedObject[], prefix: string): readonly string[] {
  const names = objects
    .map(({ key }) => key.slice(prefix.length))
    .filter((name) => !name.includes('/') && name !== POSTER && isJpeg(name));
  const set = names.filter((name) => stem(name) === stem(names[0] ?? ''));
  return set.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Returns the name without its number. */
function stem(name: string): string {
  return name.replace(/\d+\.jpe?g$/i, '');
}

function isJpeg(name: string): boolean {
  return /\.jpe?g$/i.test(name);
}
