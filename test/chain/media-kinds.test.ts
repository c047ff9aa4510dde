import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeMedia } from '../support/probed-media.ts';
import { producedFrom } from '../support/produced-renditions.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { put, uploadEnds } from '../support/uploads.ts';
import { constantRate, expectedOf } from './expected-of-source.ts';
import { type ExpectedOutput, expectRenditions } from './kind-checks.ts';

/** Real videos of many kinds, kept beside the checkout where they are at hand, with how each is to end. */
const folder = join(import.meta.dirname, '../../../shared/media');
const manifest = join(folder, 'MANIFEST.tsv');

const [, ...lines] = existsSync(manifest) ? readFileSync(manifest, 'utf8').trimEnd().split('\n') : [];
const kinds = lines.map((line) => {
  const columns = line.split('\t');
  return { name: columns[0] ?? '', exercises: columns[5] ?? '', end: columns[6] ?? '' };
});

/** Where what can be shown of a file is less than what lies in it. */
const DIFFERENT: Readonly<Record<string, Partial<ExpectedOutput>>> = {
  // The first key frame comes after two seconds; 15 frames follow, and the sound from then on.
  'no_initial_keyframe.ts': { pictureSeconds: 0.5, soundSeconds: 0.51 },
  // The last packet says 0.2 s and holds one frame of 20 ms.
  'phone_h263_amr.3gp': { soundSeconds: 15.02 },
};

const versions = new Map<string, string>();
const keyOf = (name: string): string => `kinds/${name}`;

beforeAll(async () => {
  const cloud = sharedCloud();
  for (const { name } of kinds) versions.set(name, await put(cloud, keyOf(name), readFileSync(join(folder, name))));
});

if (kinds.length === 0) {
  test('there are no further videos beside this checkout', () => expect(existsSync(manifest)).toBe(false));
}

test.each(kinds)('$name ($exercises) ends $end, and looks, sounds and lasts as its source', async ({ name, end }) => {
  const cloud = sharedCloud();
  const upload = await uploadEnds(cloud, keyOf(name), versions.get(name) ?? '');
  const allowed = end.startsWith('ready or rejected') ? ['ready', 'rejected'] : [end];
  expect(allowed).toContain(upload.status);
  if (upload.status !== 'ready') return;
  const [source, produced] = await Promise.all([probeMedia(join(folder, name)), producedFrom(cloud, upload)]);
  const [rendition] = produced.media.videos;
  const chosenFps = (rendition && (constantRate(rendition) ?? 1 / rendition.endSeconds)) ?? 0;
  expect(chosenFps).toBeLessThanOrEqual(60.001);
  expectRenditions(produced, { ...expectedOf(source, chosenFps), ...DIFFERENT[name] });
});
