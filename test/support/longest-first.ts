import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Sequencing from '@jest/test-sequencer';

// The package's types describe its CommonJS module, but an import would load another.
const require = createRequire(import.meta.url);
const { default: TestSequencer } = require('@jest/test-sequencer') as typeof Sequencing.default;
type Tests = Parameters<InstanceType<typeof TestSequencer>['sort']>[0];

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Suites that take longest, in the order in which they start. One that started last would run alone on one core; jest
 * orders by size without durations of an earlier run, of which CI has none.
 *
 * The footage is the first job of the laptop's encoder. Suites that need neither start before those that wait for it. Those
 * that use the pages end before `generated-kinds`, whose uploads keep the laptop busy.
 */
const SLOW_SUITES = [
  'test/chain/encoder-failures.test.ts',
  'test/chain/command-line.test.ts',
  'test/pages/watching.test.ts',
  'test/pages/large-upload.test.ts',
  'test/pages/life-of-a-video.test.ts',
  'test/pages/firefox.test.ts',
  'test/pages/pages.test.ts',
  'test/playback/unequal-tracks.test.ts',
  'test/playback/ffmpeg.test.ts',
  'test/chain/generated-kinds.test.ts',
  'test/playback/hls-in-browser.test.ts',
  'test/playback/hls-against-bytes.test.ts',
  'test/playback/permanent-address.test.ts',
  'test/chain/rejected-files.test.ts',
  'test/chain/object-keys.test.ts',
  'test/lambdas/chain/crash-recovery.test.ts',
  'test/lambdas/withdrawal/receive-withdrawal.test.ts',
  'test/lambdas/transcode/changing-sources.test.ts',
  'test/local/mediaconvert/encode/changing-sources.test.ts',
  'test/lambdas/chain/late-and-duplicate-events.test.ts',
  'test/lambdas/completion/fail-attempt.test.ts',
  'test/local/template/sign-in-domain-updates.test.ts',
  'test/local/template/app-updates.test.ts',
  'test/local/template/failed-creation.test.ts',
  'test/lib/synthesized-templates.test.ts',
  'test/local/rds-data/pglite-engine.test.ts',
  'test/local/s3/aws-cli.test.ts',
  'test/local/mediaconvert/encode/encode-job.test.ts',
  'test/local/mediaconvert/encode/damaged-tracks.test.ts',
  'test/local/mediaconvert/encode/colors.test.ts',
  'test/local/mediaconvert/encode/orientation.test.ts',
  'test/local/mediaconvert/encode/end-times.test.ts',
  'test/local/mediaconvert/jobs/jobs.test.ts',
  'test/local/lambda/sqs-event-source.test.ts',
  'test/local/lambda/lambda.test.ts',
  'test/lambdas/thumbnails/make-thumbnails.test.ts',
  'test/lambdas/transcode/inspect-source.test.ts',
  'test/media/packaging/packaged-streams.test.ts',
  'test/media/packaging/playlists/packaged-playlists.test.ts',
  'test/media/containers/source-length.test.ts',
  'test/media/containers/video-timing.test.ts',
].map((path) => join(ROOT, path));

/** Starts the suites that take longest first, and the others in the order of jest. */
export default class LongestFirst extends TestSequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const missing = SLOW_SUITES.filter((path) => !existsSync(path));
    if (missing.length > 0) throw new Error(`Remove missing suites from ${import.meta.filename}: ${missing.join(', ')}`);
    const rank = (path: string): number => (SLOW_SUITES.includes(path) ? SLOW_SUITES.indexOf(path) : SLOW_SUITES.length);
    // oxlint-disable-next-line unicorn/no-array-sort -- the method of jest, not of an array
    const sorted = await super.sort(tests);
    return sorted.toSorted((a, b) => rank(a.path) - rank(b.path));
  }
}
