import { ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import { v7 as uuidv7 } from 'uuid';
import { findRevisionByVersion } from '../../../catalog/revisions/find-revision.ts';
import type { Revision } from '../../../catalog/schema/index.ts';
import { findSpending } from '../../../catalog/spending/find-spending.ts';
import { retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { uploadedObject } from '../../../lambdas/chain/uploaded-object.ts';
import { handleJobEvent } from '../../../lambdas/completion/handle-job-event.ts';
import type { ObjectCreated } from '../../../lambdas/contracts/object-created.ts';
import type { UploadMessage } from '../../../lambdas/contracts/upload-message.ts';
import type { PriceCaps } from '../../../lambdas/transcode/claim-job.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { useChain } from '../../support/chain/use-chain.ts';
import { jobStateChange } from '../../support/events.ts';

/** List price of the test video: one rendition below 720 lines, billed for ten seconds. */
const PRICE_USD = 0.00125;

let services: ChainServices;
let movie: Buffer;
useChain((started) => void ({ services, movie } = started));

async function revisionOf(event: ObjectCreated): Promise<Revision> {
  const found = await findRevisionByVersion(services.database, uploadedObject(event));
  if (found === undefined) throw new Error('The upload is not registered');
  return found.revision;
}

function transcode(message: UploadMessage, caps: Partial<PriceCaps>): Promise<void> {
  const { maxUsd = 50, maxUsdPerDay = 100 } = caps;
  return transcodeUpload({ ...services, claimant: uuidv7(), caps: { maxUsd, maxUsdPerDay } }, message);
}

async function countJobs(revisionId: string): Promise<number> {
  const { Jobs = [] } = await services.mediaConvert.send(new ListJobsCommand({ Order: 'DESCENDING', MaxResults: 20 }));
  return Jobs.filter((job) => job.UserMetadata?.['revisionId'] === revisionId).length;
}

/** Returns what the encodes of today cost so far, as a share of the test video's price. */
async function videosCharged(): Promise<number> {
  const { reservedUsd, spentUsd } = await findSpending(services.database);
  return Math.round(((reservedUsd + spentUsd) / PRICE_USD) * 1000) / 1000;
}

async function retry(revisionId: string, caps: Partial<PriceCaps>): Promise<void> {
  const sent: UploadMessage[] = [];
  await retryUpload({ database: services.database, sendRetry: async (message) => void sent.push(message) }, revisionId);
  for (const message of sent) await transcode(message, caps);
}

test('a job above the price of one video is not sent, and can be retried with a higher cap', async () => {
  const event = await services.upload('too-dear.mp4', movie);
  const before = await videosCharged();
  await transcode(event, { maxUsd: 0.001 });
  const failed = await revisionOf(event);
  expect(failed).toMatchObject({
    status: 'failed',
    code: 'price_cap_reached',
    message: 'The job would cost 0.00125 USD in the basic tier; encode.maxPriceUsd is 0.001 USD.',
    priceTier: 'basic',
    estimatedPriceUsd: '0.001250',
  });
  expect([await countJobs(failed.id), await videosCharged()]).toEqual([0, before]);

  await retry(failed.id, { maxUsd: 0.002 });
  expect(await revisionOf(event)).toMatchObject({ status: 'transcoding', code: null, estimatedPriceUsd: '0.001250' });
  expect([await countJobs(failed.id), await videosCharged()]).toEqual([1, before + 1]);
});

test('a job above what is left of the day is not sent; one that fails leaves its price to the next', async () => {
  const [first, second] = [await services.upload('first.mp4', movie), await services.upload('second.mp4', movie)];
  const before = await videosCharged();
  const maxUsdPerDay = (before + 1.5) * PRICE_USD;
  await transcode(first, { maxUsdPerDay });
  await transcode(second, { maxUsdPerDay });
  const [running, refused] = [await revisionOf(first), await revisionOf(second)];
  expect(running).toMatchObject({ status: 'transcoding' });
  expect(refused).toMatchObject({
    status: 'failed',
    code: 'price_cap_reached',
    message: expect.stringMatching(/^The job would cost 0\.00125 USD .* of this day \(UTC\); encode\.maxPriceUsdPerDay is [\d.]+ USD\.$/),
  });
  expect([await countJobs(refused.id), await videosCharged()]).toEqual([0, before + 1]);

  const userMetadata = { ...metadataOf(running), attemptId: running.attemptId ?? '' };
  const canceled = jobStateChange({ jobId: running.jobId ?? '', userMetadata }, 'CANCELED');
  await handleJobEvent(services, canceled);
  await handleJobEvent(services, canceled);
  expect(await videosCharged()).toBe(before);
  await retry(refused.id, { maxUsdPerDay });
  expect(await revisionOf(second)).toMatchObject({ status: 'transcoding', code: null });
  expect(await videosCharged()).toBe(before + 1);
});

function metadataOf({ id, videoId, number }: Revision) {
  return { deployment: services.deployment, videoId, revisionId: id, revision: String(number) };
}
