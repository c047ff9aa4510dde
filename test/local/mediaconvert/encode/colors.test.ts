import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import { inspectSource } from '../../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { makeWithFfmpeg } from '../../../support/clips.ts';
import { describeWithChromium } from '../../../support/describe-with-chromium.ts';
import { COLORED_KINDS, type ColoredKind, coloredVideo, PATCHES_SIZE } from '../../../support/inputs/colored-kinds.ts';
import { decodePatches, PATCHES, type Pixel, showPatches, wrongPixels } from '../../../support/media/color-patches.ts';
import { probeColors } from '../../../support/media/media-facts.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

/** Files of a job and the size of the image that they hold. */
interface Encoded {
  readonly path: string;
  readonly cell: { readonly width: number; readonly height: number };
  readonly count: number;
  readonly shown: readonly Pixel[];
  readonly tags: string;
}

async function encode({ file, args, shown, tags, warnings: expected = [] }: ColoredKind, index: number): Promise<Encoded[]> {
  const attemptId = `colors0${index}`;
  const key = `${attemptId}-${file}`;
  const bytes = await makeWithFfmpeg(file, args);
  await encoder.upload(key, bytes);
  const { facts, warnings } = await inspectSource(byteSourceOf(bytes), async (): Promise<ProbeResult> => (await encoder.probe(key)) ?? {});
  expect(warnings.map(({ code }) => code)).toEqual(expected);
  const { storyboard } = planEncode(facts, bytes.length, 1080);
  const id = await encoder.submit(encoder.request(key, { ...facts.video, durationSeconds: 0.5 }, attemptId));
  expect(await encoder.waitForEnd(id)).toMatchObject({ Status: 'COMPLETE' });
  return ['index_64p.cmfv', 'frames/frame.0000000.jpg', 'index_thumbnails_00001.jpg'].map((name) => ({
    path: encoder.outputPath(name, attemptId),
    cell: name.includes('thumbnails') ? storyboard.thumbnail : PATCHES_SIZE,
    count: shown.length,
    shown,
    tags,
  }));
}

/** JPEG of a storyboard loses most; Chromium itself is up to 13 levels off in blue. */
const TOLERANCE = { ffmpeg: 5, chromium: 14 };

/** Decodes files with ffmpeg and lists the patches that are wrong, by file. */
async function wrongPatches(files: readonly Pick<Encoded, 'path' | 'cell' | 'shown' | 'count'>[]): Promise<string[][]> {
  const found = await decodePatches(files);
  return files.map(({ shown }, at) => wrongPixels(found[at] ?? [], shown, TOLERANCE.ffmpeg));
}

describe('colors of the rendition, the poster and the storyboard', () => {
  let files: Encoded[];
  beforeAll(async () => void (files = (await Promise.all(COLORED_KINDS.map(encode))).flat()));

  test.each(COLORED_KINDS)('are those of a source that states $name', async (kind) => {
    const index = COLORED_KINDS.indexOf(kind);
    const made = files.slice(index * 3, index * 3 + 3);
    expect(await wrongPatches(made)).toEqual([[], [], []]);
    expect(await probeColors(made[0]?.path ?? '')).toBe(made[0]?.tags);
  });

  describeWithChromium('in Chromium', () => {
    test('are those of the sources', async () => {
      const found = await showPatches(files);
      const wrong = files.map(({ shown }, at) => wrongPixels(found[at] ?? [], shown, TOLERANCE.chromium));
      expect(wrong).toEqual(files.map(() => []));
    });
  });
});

test('keeps range and matrix without settings that change them, as MediaConvert does', async () => {
  const args = coloredVideo('out_color_matrix=bt601:out_range=pc', 'yuv420p', 'colorspace=smpte170m:color_trc=smpte170m:color_primaries=smpte170m:range=pc');
  await encoder.upload('kept.mp4', await makeWithFfmpeg('a.mp4', args));
  const id = await encoder.submit(encoder.request('kept.mp4', { ...PATCHES_SIZE, durationSeconds: 0.5 }, 'kept0000'));
  expect(await encoder.waitForEnd(id)).toMatchObject({ Status: 'COMPLETE' });
  const path = encoder.outputPath('index_64p.cmfv', 'kept0000');
  expect(await probeColors(path)).toBe('pc,smpte170m,smpte170m,smpte170m');
  expect(readdirSync(join(path, '..')).filter((name) => name.endsWith('.cube'))).toEqual([]);
  expect(await wrongPatches([{ path, cell: PATCHES_SIZE, count: PATCHES.length, shown: PATCHES }])).toEqual([[]]);
});
