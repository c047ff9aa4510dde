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
  for (const [second, pixels] of shown.entries()) {
    // The first and the last frame of the part.
    for (const atSeconds of [second, second + 0.9])
      expect({ atSeconds, wrong: wrongPixels(await decodePatches(video, PATCHES_SIZE, pixels.length, { atSeconds }), pixels, TOLERANCE) }).toEqual({ atSeconds, wrong: [] });
    const { thumbnail, columns, intervalSeconds } = storyboard;
    const cell = Math.floor(second / intervalSeconds);
    const place = { left: (cell % columns) * thumbnail.width, top: Math.floor(cell / columns) * thumbnail.height };
    const sheet = encoder.outputPath('index_thumbnails_00001.jpg', id);
    expect(wrongPixels(await decodePatches(sheet, thumbnail, pixels.length, place), pixels, TOLERANCE)).toEqual([]);
    const frame = Math.round(second / poster.intervalSeconds);
    const still = encoder.outputPath(`frames/frame.${String(frame).padStart(7, '0')}.jpg`, id);
    expect(wrongPixels(await decodePatches(still, PATCHES_SIZE, pixels.length), pixels, TOLERANCE)).toEqual([]);
  }
});
