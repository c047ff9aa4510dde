import { addWarnings } from '../../../catalog/revisions/add-warnings.ts';
import { awaitNextAttempt } from '../../../catalog/revisions/await-next-attempt.ts';
import { claimAttempt } from '../../../catalog/revisions/claim-attempt.ts';
import { supersedeRevision } from '../../../catalog/revisions/end-revision.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { CLAIMED_PRICE } from '../../support/catalog/claimed-price.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import {
  type EncodingTestVideo,
  finishEncode,
  newVideo,
  registerSource,
  SOURCE_FACTS,
  startEncode,
} from '../../support/catalog/test-videos.ts';

const SKIPPED = { code: 'sound_track_skipped', track: 2 };

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started), { role: 'chain' });

async function encodingVideo(): Promise<EncodingTestVideo> {
  const { database } = catalog;
  return startEncode(database, await registerSource(database, await newVideo(catalog.as('api'))));
}

async function warningsOf({ revisionId }: EncodingTestVideo) {
  return (await findRevision(catalog.database, revisionId))?.revision.warnings;
}

test('warnings are added once for each code, track and span, in the order given', async () => {
  const { database } = catalog;
  const video = await encodingVideo();
  const span = { ...SKIPPED, startMs: 35_000, durationMs: 12_000 };
  expect(await addWarnings(database, video.job, [SKIPPED])).toBe(true);
  expect(await addWarnings(database, video.job, [{ track: 2, code: SKIPPED.code }])).toBe(false);
  expect(await addWarnings(database, video.job, [span, { ...SKIPPED, track: 3 }, SKIPPED, span])).toBe(true);
  expect(await addWarnings(database, video.job, [])).toBe(false);
  expect(await warningsOf(video)).toEqual([SKIPPED, span, { ...SKIPPED, track: 3 }]);
});

test('only the first hundred warnings are recorded', async () => {
  const { database } = catalog;
  const video = await encodingVideo();
  const warnings = Array.from({ length: 120 }, (_, index) => ({ ...SKIPPED, track: index + 1 }));
  await addWarnings(database, video.job, warnings.slice(0, 60));
  expect(await addWarnings(database, video.job, warnings)).toBe(true);
  expect(await warningsOf(video)).toEqual(warnings.slice(0, 100));
  expect(await addWarnings(database, video.job, warnings)).toBe(false);
});

test('concurrent callers add the same warning once and lose no others', async () => {
  const video = await encodingVideo();
  const tracks = [1, 2, 3, 4, 5, 6];
  const added = await Promise.all(
    tracks.map((track) => addWarnings(catalog.database, video.job, [SKIPPED, { ...SKIPPED, startMs: track }])),
  );
  expect(added).toEqual(tracks.map(() => true));
  const known = (await warningsOf(video)) ?? [];
  expect(known).toHaveLength(7);
  expect(known).toEqual(expect.arrayContaining([SKIPPED, ...tracks.map((track) => ({ ...SKIPPED, startMs: track }))]));
});

test('a ready revision accepts warnings only of its own attempt', async () => {
  const { database } = catalog;
  const video = await finishEncode(database, await encodingVideo());
  expect(await addWarnings(database, { ...video.job, attemptId: 'another0' }, [SKIPPED])).toBe(false);
  expect(await addWarnings(database, video.job, [SKIPPED])).toBe(true);
  expect(await warningsOf(video)).toEqual([SKIPPED]);
});

test('a superseded revision accepts no warnings', async () => {
  const { database } = catalog;
  const video = await encodingVideo();
  await supersedeRevision(database, video.revisionId);
  expect(await addWarnings(database, video.job, [SKIPPED])).toBe(false);
  expect(await warningsOf(video)).toEqual([]);
});

test('a failed attempt loses its warnings, and the next one replaces any that remain', async () => {
  const { database } = catalog;
  const video = await encodingVideo();
  await addWarnings(database, video.job, [SKIPPED]);
  const { attemptId } = video.job;
  const times = { failedAt: new Date().toISOString(), nextAt: new Date().toISOString() };
  const failure = { attemptId, code: 'encoder_error', message: 'stopped', ...times };
  expect(await awaitNextAttempt(database, video.revisionId, failure)).toBe(true);
  expect(await warningsOf(video)).toEqual([]);
  expect(await addWarnings(database, video.job, [SKIPPED])).toBe(false);

  const warnings = [{ ...SKIPPED, track: 4 }];
  const claim = { revisionId: video.revisionId, claimant: 'next', source: SOURCE_FACTS, plan: {}, warnings, price: CLAIMED_PRICE };
  await claimAttempt(database, { ...claim, attemptId: 'secondattempt' });
  expect(await warningsOf(video)).toEqual(warnings);
});
