import { readProducedMedia } from '../support/produced-media.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd, type UploadState } from '../support/uploads.ts';
import { expectRenditions } from '../support/chain/expect-renditions.ts';
import { findJobProblems } from '../support/chain/find-job-problems.ts';
import { readSubmittedJob } from '../support/chain/read-submitted-job.ts';
import { PLAYABLE_KINDS } from '../support/inputs/playable-kinds.ts';
import { REJECTED_KINDS } from '../support/inputs/rejected-kinds.ts';

/** Number of clips generated at once; an ffmpeg for each clip at once would take a gigabyte. */
const MAX_CONCURRENT_CLIPS = 4;

const versions = new Map<string, Promise<string>>();

function keyOf(name: string): string {
  return `generated/${name}`;
}

beforeAll(async () => {
  const cloud = sharedCloud();
  const pending = [...PLAYABLE_KINDS, ...REJECTED_KINDS].values();
  const makeAndUpload = async (): Promise<void> => {
    for (const kind of pending) {
      const body = await kind.make();
      versions.set(kind.name, putSource(cloud, keyOf(kind.name), body));
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_CLIPS }, makeAndUpload));
});

async function outcomeOf(name: string): Promise<UploadState> {
  return waitForEnd(sharedCloud(), keyOf(name), (await versions.get(name)) ?? '');
}

test.each(REJECTED_KINDS)('$name is rejected as $refused before a job is submitted', async ({ name, refused }) => {
  expect(await outcomeOf(name)).toMatchObject({ status: 'rejected', code: refused, attemptId: null });
});

test.each(PLAYABLE_KINDS)(
  '$name becomes ready with its warnings, by a job that MediaConvert accepts, and renditions that match its video, audio and duration',
  async ({ name, expected, warnings = [] }) => {
    const upload = await outcomeOf(name);
    expect(upload).toMatchObject({ status: 'ready', code: null, warnings: warnings.toSorted() });
    expect(findJobProblems(await readSubmittedJob(sharedCloud(), upload))).toEqual([]);
    expectRenditions(await readProducedMedia(sharedCloud(), upload), expected);
  },
);
