import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';
import { type ColorDescription, REC_709 } from '../../../media/color/color-description.ts';
import { makeColorTables } from '../../../media/color/color-tables.ts';
import { conversionFilters, jpegOptions } from '../../../media/color/conversion-filters.ts';
import type { ToneMapper } from '../../../media/color/tone-curve.ts';
import { gray, PATCHES, patchesInput, type Pixel, wrongPixels } from '../../support/media/color-patches.ts';

const [WIDTH, HEIGHT] = [320, 32];

interface Conversion {
  readonly patches?: readonly Pixel[];
  /** Filters that turn the RGB patches into a video with the colors of `from`. @default those of the scaler */
  readonly make?: readonly string[];
  readonly mapper?: ToneMapper;
  readonly finish?: readonly string[];
}

/** Makes a video of the given colors, converts it to Rec. 709, and returns the center of each patch. */
async function convert(from: Partial<ColorDescription>, options: Conversion = {}): Promise<Pixel[]> {
  const source: ColorDescription = { ...REC_709, ...from };
  const { patches = PATCHES, make = scaled(source), mapper = 'PRESERVE_DETAILS' } = options;
  const directory = await mkdtemp(join(tmpdir(), 'colors-'));
  try {
    const tables = makeColorTables(source, mapper).map((table, at) => ({ ...table, file: `${at}.cube` }));
    for (const { file, text } of tables) await writeFile(join(directory, file), text);
    const conversion = conversionFilters({ from: source, to: REC_709, tables, size: { width: WIDTH, height: HEIGHT } });
    const finish = options.finish ?? ['scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int'];
    const { stdout } = await promisify(execFile)(
      getFfmpeg().ffmpegPath,
      ['-v', 'error', ...patchesInput(patches, { width: WIDTH, height: HEIGHT }), '-frames:v', '1',
        '-vf', [...make, ...conversion, ...finish, 'format=rgb24'].join(','), '-f', 'rawvideo', '-'],
      { cwd: directory, encoding: 'buffer' },
    );
    const row = (HEIGHT / 2) * WIDTH;
    return patches.map((_patch, at) => {
      const offset = (row + Math.floor(((at + 0.5) * WIDTH) / patches.length)) * 3;
      return [stdout[offset] ?? 0, stdout[offset + 1] ?? 0, stdout[offset + 2] ?? 0];
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function scaled({ matrix, range }: ColorDescription): string[] {
  const name = matrix === 'bt2020nc' ? 'bt2020' : matrix === 'bt470bg' ? 'bt470' : matrix;
  return [`scale=out_color_matrix=${name}:out_range=${range}:flags=accurate_rnd+full_chroma_int`, 'format=yuv444p10'];
}

test.each(['bt709', 'smpte170m', 'bt470bg', 'fcc', 'smpte240m', 'bt2020nc'])(
  'keeps colors with the matrix %s, in limited and full range',
  async (matrix) => {
    for (const range of ['tv', 'pc'] as const) expect(wrongPixels(await convert({ matrix, range }), PATCHES, 3)).toEqual([]);
  },
);

test('keeps colors of RGB', async () => {
  expect(wrongPixels(await convert({ matrix: 'gbr', range: 'pc' }, { make: ['format=gbrp'] }), PATCHES, 3)).toEqual([]);
});

test('keeps colors of YCgCo', async () => {
  const make = [
    ...scaled(REC_709), 'format=yuv444p', 'setparams=colorspace=bt709:range=tv',
    'colorspace=iall=bt709:space=ycgco:primaries=bt709:trc=bt709:range=tv',
  ];
  expect(wrongPixels(await convert({ matrix: 'ycgco' }, { make }), PATCHES, 3)).toEqual([]);
});

test('makes JPEG of Rec. 601 in full range', async () => {
  const finish = [`scale=flags=bicubic${jpegOptions(REC_709)}`, 'format=yuvj420p', 'scale=in_color_matrix=bt601:in_range=pc'];
  expect(wrongPixels(await convert({}, { finish }), PATCHES, 3)).toEqual([]);
});

test('converts wide primaries, whose saturated colors become those of Rec. 709', async () => {
  const patches: Pixel[] = [gray(255), gray(128), [255, 0, 0], [0, 255, 0], [200, 100, 50]];
  expect(wrongPixels(
    await convert({ matrix: 'bt2020nc', transfer: 'bt2020-10', primaries: 'bt2020' }, { patches }),
    [gray(255), gray(128), [255, 0, 0], [0, 255, 0], [242, 75, 31]],
    3,
  )).toEqual([]);
  expect(wrongPixels(
    await convert({ primaries: 'smpte432' }, { patches }),
    [gray(255), gray(128), [255, 0, 0], [0, 255, 0], [215, 93, 32]],
    3,
  )).toEqual([]);
});

test('converts light that is stored as it is', async () => {
  expect(wrongPixels(await convert({ transfer: 'linear' }, { patches: [gray(0), gray(55), gray(128), gray(255)] }), [gray(0), gray(128), gray(188), gray(255)], 2)).toEqual([]);
});

const PQ = { matrix: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020' };
const HLG = { ...PQ, transfer: 'arib-std-b67' };

describe('high dynamic range', () => {
  test.each([
    // Code values of PQ: 10, 50, 203, 1,000 and 10,000 nits.
    ['PQ', PQ, 'PRESERVE_DETAILS', [gray(77), gray(112), gray(148), gray(192), gray(255)], [63, 136, 230, 251, 255]],
    ['vibrant PQ', PQ, 'VIBRANT', [gray(77), gray(112), gray(148), gray(192), gray(255)], [63, 136, 238, 255, 255]],
    // Diffuse white of HLG is at 75 %; its brightest white has 1,000 nits, and details whatever the settings say.
    ['HLG', HLG, 'VIBRANT', [gray(0), gray(97), gray(191), gray(255)], [0, 98, 231, 251]],
  ] as const)('of %s comes out neutral, with details above diffuse white', async (_name, from, mapper, patches, wanted) => {
    const found = await convert(from, { patches, mapper });
    expect(wrongPixels(found, wanted.map(gray), 2)).toEqual([]);
    for (const [red, green, blue] of found) expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThanOrEqual(1);
  });

  test('keeps the hue of bright colors', async () => {
    const [red = gray(0), skin = gray(0)] = await convert(PQ, { patches: [[148, 0, 0], [148, 130, 120], gray(0), gray(0)] });
    expect(wrongPixels([red, skin], [[242, 0, 0], [238, 146, 124]], 4)).toEqual([]);
  });
});

test('only labels a video that is Rec. 709 already', () => {
  expect(makeColorTables(REC_709, 'VIBRANT')).toEqual([]);
  expect(conversionFilters({ from: REC_709, to: REC_709, tables: [], size: undefined })).toEqual([
    'setparams=colorspace=bt709:color_trc=bt709:color_primaries=bt709:range=tv',
  ]);
});
