import type { Logger } from '@aws-lambda-powertools/logger';
import type { CreateJobCommandInput } from '@aws-sdk/client-mediaconvert';
import { v7 as uuidv7 } from 'uuid';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { claimAttempt } from '../../catalog/revisions/claim-attempt.ts';
import { recordEstimate } from '../../catalog/revisions/record-estimate.ts';
import type { RegisteredRevision } from '../../catalog/revisions/find-revision.ts';
import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import type { Ladder } from '../../media/ladder/plan-ladder.ts';
import type { EncodePrice } from '../../pricing/price-outputs.ts';
import { PriceCapError } from '../chain/errors.ts';
import type { PublishMetric } from '../chain/publish-metric.ts';
import { jobSettings } from './job-settings.ts';
import { expectedDurationMs } from './plan-encode.ts';
import { priceJob } from './price-job.ts';

/** Maximum list prices, in US dollars. */
export interface PriceCaps {
  readonly maxUsd: number;
  /** For all jobs claimed on one day in UTC. */
  readonly maxUsdPerDay: number;
}

export interface ClaimContext {
  readonly database: CatalogDatabase;
  readonly logger: Logger;
  /** Id of the message that is being handled. */
  readonly claimant: string;
  readonly outputBucket: string;
  /** Id of this deployment. */
  readonly deployment: string;
  readonly queueArn: string;
  readonly roleArn: string;
  readonly caps: PriceCaps;
  readonly publishMetric: PublishMetric;
}

/** Findings of the inspection of a source. */
export interface InspectedUpload {
  readonly facts: SourceFacts;
  readonly warnings: readonly SourceWarning[];
  readonly plan: Ladder;
  readonly sizeBytes: number;
}

export interface ClaimedJob {
  readonly attemptId: string;
  readonly request: CreateJobCommandInput;
}

/**
 * Claims an upload for one job, whose price is computed from its settings and reserved before it is sent.
 *
 * @returns undefined if the upload cannot be claimed
 * @throws PriceCapError if the job is too dear for one video, or for this day
 */
export async function claimJob(
  context: ClaimContext,
  { video, revision }: RegisteredRevision,
  { facts: source, warnings, plan, sizeBytes }: InspectedUpload,
): Promise<ClaimedJob | undefined> {
  const { database, logger, claimant, caps } = context;
  const attemptId = uuidv7().replaceAll('-', '');
  const request = jobSettings({
    ladder: plan,
    source: { bucket: video.bucket, key: video.key },
    outputBucket: context.outputBucket,
    queueArn: context.queueArn,
    roleArn: context.roleArn,
    metadata: {
      deployment: context.deployment,
      videoId: video.id,
      revisionId: revision.id,
      revision: String(revision.number),
      attemptId,
    },
  });
  const price = priceJob(request, expectedDurationMs(source, sizeBytes));
  logger.info('job priced', { ...price, ...caps });
  if (Number(price.usd) > caps.maxUsd) {
    await recordEstimate(database, revision.id, price);
    throw new PriceCapError(describeVideoCap(price, caps));
  }
  const claim = { revisionId: revision.id, attemptId, claimant, source, warnings, plan };
  const outcome = await claimAttempt(database, { ...claim, price: { ...price, maxUsdPerDay: caps.maxUsdPerDay } });
  if (outcome.result === 'claimed') {
    context.publishMetric('SpentToday', outcome.dayUsd);
    return { attemptId, request };
  }
  if (outcome.result === 'not_claimable') return undefined;
  await recordEstimate(database, revision.id, price);
  throw new PriceCapError(describeDailyCap(price, caps));
}

function describeVideoCap({ usd, tier }: EncodePrice, { maxUsd }: PriceCaps): string {
  return `The job would cost ${inDollars(usd)} in the ${tier} tier; encode.maxPriceUsd is ${inDollars(maxUsd)}.`;
}

function describeDailyCap({ usd, tier }: EncodePrice, { maxUsdPerDay }: PriceCaps): string {
  const price = `The job would cost ${inDollars(usd)} in the ${tier} tier`;
  return `${price}, too much in addition to the other jobs of this day (UTC); encode.maxPriceUsdPerDay is ${inDollars(maxUsdPerDay)}.`;
}

function inDollars(usd: string | number): string {
  return `${Number(usd)} USD`;
}
