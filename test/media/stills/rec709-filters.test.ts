import { rec709Filters } from '../../../media/stills/rec709-filters.ts';

const size = { width: 1920, height: 1080 };
const zscale = { zscale: true };

test('maps the tones of high dynamic range at the target size', () => {
  expect(rec709Filters({ transfer: 'smpte2084', toneMapper: 'hable', size }, zscale)).toEqual([
    'scale=1920:1080:flags=bicubic',
    'zscale=transferin=smpte2084:primariesin=bt2020:matrixin=2020_ncl:transfer=linear:npl=100',
    'format=gbrpf32le',
    'zscale=primaries=709',
    'tonemap=hable:desat=0',
    'zscale=transfer=709:matrix=709:range=tv',
    'format=yuv420p',
  ]);
});

test.each([
  ['standard dynamic range', 'bt709', zscale],
  ['an unknown transfer function', undefined, zscale],
  ['a build without zscale', 'arib-std-b67', { zscale: false }],
])('converts matrix and range only for %s', (_name, transfer, support) => {
  expect(rec709Filters({ transfer, toneMapper: 'mobius', size }, support)).toEqual([
    'scale=out_color_matrix=bt709:out_range=tv',
  ]);
});
