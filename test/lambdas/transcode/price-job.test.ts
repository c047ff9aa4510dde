import { jobSettings, type JobRequest } from '../../../lambdas/transcode/job-settings.ts';
import { priceJob } from '../../../lambdas/transcode/price-job.ts';
import { planLadder } from '../../../media/ladder/plan-ladder.ts';
import type { SourceVideo } from '../../../media/ladder/source-video.ts';

const HOUR_MS = 3_600_000;
const source: SourceVideo = {
  width: 1920,
  height: 1080,
  frameRate: { numerator: 25, denominator: 1 },
  durationSeconds: 3600,
  audioTracks: [{ channels: 6, language: 'eng' }, { channels: 2, language: 'kor' }],
};

function requestFor(video: Partial<SourceVideo> = {}, options: Partial<JobRequest> = {}) {
  return jobSettings({
    ladder: planLadder({ ...source, ...video }, { maxShortSide: 2160 }),
    source: { bucket: 'uploads', key: 'movie.mp4' },
    outputBucket: 'videos',
    queueArn: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/q',
    roleArn: 'arn:aws:iam::000000000000:role/encoder',
    metadata: { deployment: 'd', videoId: 'v', revisionId: 'r', revision: '1', attemptId: 'a' },
    ...options,
  });
}

test('a job is priced by its video outputs; sound, poster frames and storyboard are free', () => {
  expect(priceJob(requestFor(), HOUR_MS)).toEqual({ usd: '2.700000', tier: 'basic' });
  expect(priceJob(requestFor({ audioTracks: [] }), HOUR_MS)).toEqual({ usd: '2.700000', tier: 'basic' });
});

test.each<[string, Partial<SourceVideo>, Partial<JobRequest>, { usd: string; tier: string }]>([
  ['twice above 30 frames a second', { frameRate: { numerator: 50, denominator: 1 } }, {}, { usd: '5.400000', tier: 'basic' }],
  ['in the professional tier if it deinterlaces', { interlaced: true }, {}, { usd: '4.320000', tier: 'professional' }],
  ['in the professional tier if it converts colors', { transferCharacteristics: 'SMPTE_2084', matrixCoefficients: 'ITU_2020_NCL' }, {}, { usd: '4.320000', tier: 'professional' }],
  ['in the professional tier if it takes more than one pass', {}, { qualityTuning: 'MULTI_PASS_HQ' }, { usd: '7.560000', tier: 'professional' }],
  ['as 4K above 1080 lines', { width: 3840, height: 2160 }, {}, { usd: '4.500000', tier: 'basic' }],
])('a job is priced %s', (_how, video, options, price) => {
  expect(priceJob(requestFor(video, options), HOUR_MS)).toEqual(price);
});

test('a codec without a known price is an error, not free', () => {
  const request = requestFor();
  const [output] = request.Settings?.OutputGroups?.[0]?.Outputs ?? [];
  if (output?.VideoDescription !== undefined) output.VideoDescription.CodecSettings = { Codec: 'H_265' };
  expect(() => priceJob(request, HOUR_MS)).toThrow('No price is known for an output in H_265');
});
