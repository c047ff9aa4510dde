import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import { inspectSource } from '../../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { COLOR_CHANGE_KINDS } from '../../../support/inputs/color-change-kinds.ts';
import { PATCHES_SIZE } from '../../../support/inputs/colored-kinds.ts';
import { decodePatches, wrongPixels } from '../../../support/media/color-patches.ts';
import { probeColors, probeStreams } from '../../../support/media/media-facts.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

/** JPEG of a storyboard loses most. */
const TOLERANCE = 5;

test.each(COLOR_CHANGE_KINDS)('keeps the colors of each part of $name, in rendition, poster and storyboard', async ({ name, make, shown, warnings }) => {
  const id = `change${COLOR_CHANGE_KINDS.findIndex((kind) => kind.name === name)}0`;
  const bytes = await make();
  await encoder.upload(id, bytes);
  const { facts, warnings: found } = await inspectSource(byteSourceOf(bytes), async (): Promise<ProbeResult> => (await encoder.probe(id)) ?? {});
  expect(found).toEqual(warnings?.map((code) => ({ code, startMs: 1000 })));
  const ladder = planEncode(facts, bytes.length, 1080);
  const job = await encoder.submit(encoder.requestFor(ladder, id, id));
  expect(await encoder.waitForEnd(job)).toMatchObject({ Status: 'COMPLETE' });

  const { storyboard, poster } = ladder;
  const video = encoder.outputPath('index_64p.cmfv', id);
  expect(await probeColors(video)).toBe('tv,bt709,bt709,bt709');
  expect((await probeStreams(video))[0]).toMatchObject({ frames: shown.length * 10 });
  const { thumbnail, columns, intervalSeconds } = storyboard;
  const places = shown.flatMap((pixels, second) => {
    const place = { cell: PATCHES_SIZE, count: pixels.length, pixels };
    const cell = Math.floor(second / intervalSeconds);
    const [left, top] = [(cell % columns) * thumbnail.width, Math.floor(cell / columns) * thumbnail.height];
    const frame = String(Math.round(second / poster.intervalSeconds)).padStart(7, '0');
    return [
      // The first and the last frame of the part.
      { ...place, path: video, atSeconds: second },
      { ...place, path: video, atSeconds: second + 0.9 },
      { ...place, path: encoder.outputPath('index_thumbnails_00001.jpg', id), cell: thumbnail, left, top },
      { ...place, path: encoder.outputPath(`frames/frame.${frame}.jpg`, id) },
    ];
  });
  const decoded = await decodePatches(places);
  const wrong = places.map(({ path, pixels }, at) => ({ path, at, wrong: wrongPixels(decoded[at] ?? [], pixels, TOLERANCE) }));
  expect(wrong.filter((each) => each.wrong.length > 0)).toEqual([]);
  expect(places).toHaveLength(4 * shown.length);
});
