import { isDeepStrictEqual } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { addWarnings } from '../../catalog/revisions/add-warnings.ts';
import { recordOutput } from '../../catalog/revisions/record-output.ts';
import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import { type JobWarning, warningsOfJob } from '../contracts/job-warnings.ts';
import { METADATA, PUBLISHED_TAGGING } from '../contracts/output-layout.ts';
import type { FinishedEncode, StepServices } from '../chain/run-step.ts';
import { measureOutput } from '../chain/measure-renditions.ts';
import { checkLengths } from './check-lengths.ts';
import { findShortfall } from './find-shortfall.ts';
import { type PriceTier, priceOutputs } from '../../pricing/price-outputs.ts';

export interface MetadataSummary {
  readonly renditions: number;
  readonly durationMs: number;
  readonly priceUsd: string;
  /** All warnings of the encoder, including those that users do not see. */
  readonly encoderWarnings: readonly JobWarning[];
}

/** The part of the plan that decides the tier of a job that a version submitted which did not record it. */
const planSchema = z.object({ deinterlace: z.boolean().default(false) });

/**
 * Records the actual output in the catalog and in a document beside the media.
 *
 * @throws OutputIncompleteError
 */
export async function recordMetadata(tools: StepServices, encode: FinishedEncode): Promise<MetadataSummary> {
  const { database, s3, bucket } = tools;
  const { revision, location, prefix, event } = encode;
  const { renditions, durationMs } = await measureOutput(s3, bucket, prefix);
  const encoderWarnings = event.detail.warnings ?? [];
  const reported = warningsOfJob(encoderWarnings, revision.warnings);
  const known = [...revision.warnings, ...reported];
  checkLengths(renditions, revision.source, known);
  const found = [...reported, ...findShortfall(renditions, revision.source, known)];
  const videos = renditions.filter(({ kind }) => kind === 'video');
  const tier: PriceTier =
    revision.priceTier ?? (planSchema.parse(revision.plan).deinterlace ? 'professional' : 'basic');
  const outputs = videos.map(({ width, height, frameRate, durationMs: length }) => ({
    width: width ?? 0,
    height: height ?? 0,
    framesPerSecond: frameRate ?? 0,
    durationMs: length,
    tier,
  }));
  const { usd: priceUsd } = priceOutputs(outputs);
  const attempt = { revisionId: revision.id, attemptId: location.attemptId };
  await recordOutput(database, attempt, { durationMs, priceUsd, renditions });
  await addWarnings(database, attempt, found);
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
        warnings: mergeWarnings(revision.warnings, found),
      }),
    }),
  );
  return { renditions: renditions.length, durationMs, priceUsd, encoderWarnings };
}

/** Returns the known warnings followed by the new ones, as the catalog adds them. */
function mergeWarnings(known: readonly SourceWarning[], found: readonly SourceWarning[]): SourceWarning[] {
  return [...known, ...found.filter((warning) => !known.some((other) => isDeepStrictEqual(warning, other)))];
}
