import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MORE_MEDIA, moreMediaFolder } from '../support/more-media.ts';
import { probeMedia } from '../support/probed-media.ts';
import { readProducedMedia } from '../support/produced-media.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';
import { constantRate, expectedOutputOf } from '../support/chain/expected-output.ts';
import { findJobProblems } from '../support/chain/find-job-problems.ts';
import { readSubmittedJob } from '../support/chain/read-submitted-job.ts';
import { type ExpectedOutput, expectRenditions } from '../support/chain/expect-renditions.ts';

/** Differences between what can be decoded and what ffprobe reports, by file. */
const DEVIATIONS: Readonly<Record<string, Partial<ExpectedOutput>>> = {
  // The last packet states 0.2 s and holds one frame of 20 ms.
  'phone_h263_amr.3gp': { videoSeconds: 15.02, audioSeconds: 15.02 },
};

function keyOf(name: string): string {
  return `kinds/${name}`;
}

/** Reads `MANIFEST.tsv`, which lists each file of the folder with the status that it must end with. */
function readManifest(folder: string): { name: string; exercises: string; end: string }[] {
  const [, ...lines] = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const columns = line.split('\t');
    return { name: columns[0] ?? '', exercises: columns[5] ?? '', end: columns[6] ?? '' };
  });
}

const folder = moreMediaFolder ?? '';
const kinds =
  moreMediaFolder === undefined ? [{ name: MORE_MEDIA, exercises: 'names no folder', end: '' }] : readManifest(folder);

(moreMediaFolder === undefined ? describe.skip : describe)('further videos', () => {
  const versions = new Map<string, string>();

  beforeAll(async () => {
    const cloud = sharedCloud();
    for (const { name } of kinds)
      versions.set(name, await putSource(cloud, keyOf(name), readFileSync(join(folder, name))));
  });

  test.each(kinds)(
    '$name ($exercises) ends as $end, with a job that MediaConvert accepts and renditions that match its video, audio and duration',
    async ({ name, end }) => {
      const cloud = sharedCloud();
      const upload = await waitForEnd(cloud, keyOf(name), versions.get(name) ?? '');
      const allowed = end.startsWith('ready or rejected') ? ['ready', 'rejected'] : [end];
      expect(allowed).toContain(upload.status);
      if (upload.status !== 'ready') return;
      expect(findJobProblems(await readSubmittedJob(cloud, upload))).toEqual([]);
      const [source, produced] = await Promise.all([probeMedia(join(folder, name)), readProducedMedia(cloud, upload)]);
      const [rendition] = produced.media.videos;
      const chosenFps = (rendition && (constantRate(rendition) ?? 1 / rendition.endSeconds)) ?? 0;
      expect(chosenFps).toBeLessThanOrEqual(60.001);
      expectRenditions(produced, { ...expectedOutputOf(source, chosenFps), ...DEVIATIONS[name] });
    },
  );
});
