import { jobSettings } from '../../lambdas/transcode/job-settings.ts';
import { priceJob } from '../../lambdas/transcode/price-job.ts';
import { planLadder } from '../../media/ladder/plan-ladder.ts';
import type { PricedLadder, Scale } from '../../pricing/model-scale.ts';

/** Height of the model's sources, which have 30 frames a second and stereo sound. */
const SOURCE_LINES = 1080;
/** Average bit rate of a rendition of defined quality, as a share of the maximum that it may reach. An assumption. */
const AVERAGE_OF_MAXIMUM = 0.6;
/** Shares of the viewing time by rung, largest first, for each number of rungs. An assumption. */
const VIEWING_SHARES: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [0.6, 0.4],
  3: [0.4, 0.4, 0.2],
  4: [0.25, 0.4, 0.25, 0.1],
  5: [0.1, 0.25, 0.35, 0.2, 0.1],
};
const SOUND_BPS = 128_000;
const HOUR_MS = 3_600_000;

/** Plans and prices the ladder of the model's sources as the chain does. @param maxShortSide `ladder.maxShortSide` */
export function priceLadder({ megabytes, minutes }: Pick<Scale, 'megabytes' | 'minutes'>, maxShortSide: number): PricedLadder {
  const ladder = planLadder(
    {
      width: (SOURCE_LINES * 16) / 9,
      height: SOURCE_LINES,
      frameRate: { numerator: 30, denominator: 1 },
      durationSeconds: minutes * 60,
      audioTracks: [{ channels: 2, language: 'eng' }],
    },
    { maxShortSide },
  );
  const job = jobSettings({
    ladder,
    source: { bucket: 'source', key: 'video' },
    outputBucket: 'output',
    queueArn: '',
    roleArn: '',
    metadata: { deployment: '', videoId: '', revisionId: '', revision: '1', attemptId: '' },
  });
  const sourceBps = (megabytes * 8e6) / (minutes * 60);
  // A rendition takes no more bits than its source has.
  const averages = ladder.rungs.map(({ maxBitrateBps }) => Math.min(sourceBps, maxBitrateBps * AVERAGE_OF_MAXIMUM));
  const shares = VIEWING_SHARES[averages.length] ?? [];
  return {
    usdPerMinute: Number(priceJob(job, HOUR_MS).usd) / 60,
    storedBps: averages.reduce((sum, bps) => sum + bps, SOUND_BPS),
    deliveredBps: averages.reduce((sum, bps, rung) => sum + bps * (shares[rung] ?? 0), SOUND_BPS),
  };
}
