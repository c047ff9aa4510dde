import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { POSTER, POSTER_FRAMES_PREFIX, PUBLISHED_TAGGING, STORYBOARD } from '../contracts/output-layout.ts';
import { OutputIncompleteError } from '../chain/errors.ts';
import { type MeasuredOutput, measureOutput } from '../chain/measure-renditions.ts';
import { type ListedObject, listObjects } from '../runtime/list-objects.ts';
import type { FinishedEncode } from '../chain/run-step.ts';
import { readImagePlaylist } from '../../media/hls/image-playlist.ts';
import { rational } from '../../media/rational.ts';
import { choosePosterFrame } from '../../media/stills/poster-frames.ts';
import type { Storyboard } from '../../media/stills/storyboard.ts';
import { writeStoryboard } from '../../media/webvtt/storyboard.ts';
import { wholeFrames } from '../../media/whole-frames.ts';

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
  const { prefix, revision } = encode;
  const objects = await listObjects(s3, bucket, prefix);
  const posterFrame = choosePosterFrame(posterFrames(objects, prefix))?.key;
  if (posterFrame === undefined) throw new OutputIncompleteError('No frames for the poster were written.');
  const output = await measureOutput(s3, bucket, prefix);
  const storyboard =
    (await readStoryboard(s3, bucket, prefix, output)) ??
    listStoryboard(objects, prefix, planSchema.parse(revision.plan).storyboard, output);
  if (storyboard.images.length === 0) throw new OutputIncompleteError('No images of the storyboard were written.');
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
  await s3.send(
    new PutObjectCommand({
      ...written,
      Key: `${prefix}${STORYBOARD}`,
      ContentType: 'text/vtt; charset=utf-8',
      Body: writeStoryboard(storyboard, output.durationMs / 1000),
    }),
  );
  return { posterFrame, storyboardImages: storyboard.images.length };
}

/**
 * Reads the thumbnails' own playlist, the first of several. Plan: it states the interval that the encoder produced, rounded
 * to whole frames; the playlist may round it to whole seconds or a few decimals.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html, CmafImageBasedTrickPlaySettings
 *
 * @returns undefined if the encoder wrote none
 */
async function readStoryboard(
  s3: S3Client,
  bucket: string,
  prefix: string,
  { renditions, imagePlaylists: [name] }: MeasuredOutput,
): Promise<Storyboard | undefined> {
  if (name === undefined) return undefined;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${name}` }));
  const storyboard = readImagePlaylist((await Body?.transformToString()) ?? '');
  const rate = Math.max(0, ...renditions.map(({ frameRate }) => frameRate ?? 0));
  if (storyboard === undefined || rate === 0) return storyboard;
  return { ...storyboard, intervalSeconds: wholeFrames(storyboard.intervalSeconds, rational(rate)) / rate };
}

/** Lists the thumbnail images in the planned layout, for output without a playlist. */
function listStoryboard(
  objects: readonly ListedObject[],
  prefix: string,
  layout: z.infer<typeof planSchema>['storyboard'],
  { durationMs }: MeasuredOutput,
): Storyboard {
  const imageSeconds = layout.columns * layout.rows * layout.intervalSeconds;
  const images = tiledImages(objects, prefix).map((uri, index) => {
    return { uri, durationSeconds: Math.min(imageSeconds, durationMs / 1000 - index * imageSeconds) };
  });
  return { ...layout, images };
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
