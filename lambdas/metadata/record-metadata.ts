import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { recordOutput } from '../../catalog/revisions/record-output.ts';
import { METADATA, PUBLISHED_TAGGING } from '../contracts/output-layout.ts';
import { encodeDurationMs } from '../chain/encode-duration.ts';
import type { FinishedEncode, StepServices } from '../chain/run-step.ts';
import { measureRenditions } from './measure-renditions.ts';
import { encodePriceUsd, type PriceTier } from './price.ts';

export interface MetadataSummary {
  readonly renditions: number;
  readonly durationMs: number;
  readonly priceUsd: string;
}

/** The part of the plan that affects the price. */
const planSchema = z.object({ deinterlace: z.boolean().default(false) });

/** Records the actual output in the catalog and in a document beside the media. */
export async function recordMetadata(tools: StepServices, encode: FinishedEncode): Promise<MetadataSummary> {
  const { database, s3, bucket } = tools;
  const { revision, location, prefix, event } = encode;
  const renditions = await measureRenditions(s3, bucket, prefix);
  const videos = renditions.filter(({ kind }) => kind === 'video');
  const durationMs = Math.max(0, ...videos.map((video) => video.durationMs)) || encodeDurationMs(event, revision);
  const tier: PriceTier = planSchema.parse(revision.plan).deinterlace ? 'professional' : 'basic';
  const outputs = videos.map(({ width, height, frameRate, durationMs: length }) => ({
    width: width ?? 0,
    height: height ?? 0,
    frameRate: frameRate ?? 0,
    durationMs: length,
  }));
  const priceUsd = encodePriceUsd(outputs, tier);
  const attempt = { revisionId: revision.id, attemptId: location.attemptId };
  await recordOutput(database, attempt, { durationMs, priceUsd, renditions });
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: `${prefix}${METADATA}`,
      ContentType: 'application/json',
      CacheControl: 'public, max-age=31536000, immutable',
      Tagging: PUBLISHED_TAGGING,
      // Viewers may read this, so it reveals neither the location of the source nor the price of the encode.
      Body: JSON.stringify({
        ...location,
        durationMs,
        source: { ...revision.source, sizeBytes: revision.sizeBytes },
        renditions,
      }),
    }),
  );
  return { renditions: renditions.length, durationMs, priceUsd };
}
