import type { Size } from '../display-size.ts';

/** Optional filters of an ffmpeg build. */
export interface FilterSupport {
  /** `zscale` (the zimg library), which tone mapping needs. */
  readonly zscale: boolean;
}

export interface Rec709Conversion {
  /** ffmpeg's name of the source's transfer function; undefined if the source states none. */
  readonly transfer: string | undefined;
  /** Curve that maps high dynamic range to standard. */
  readonly toneMapper: 'hable' | 'mobius';
  /** Size to scale to before tone mapping, which takes most of the time at the size of the source. */
  readonly size: Size | undefined;
}

/** PQ (SMPTE ST 2084) and HLG (ARIB STD-B67). */
const HDR_TRANSFERS: ReadonlySet<string> = new Set(['smpte2084', 'arib-std-b67']);

/** Returns ffmpeg filters that convert a video of any color space to Rec. 709 in limited range. */
export function rec709Filters(
  { transfer = '', toneMapper, size }: Rec709Conversion,
  { zscale }: FilterSupport,
): string[] {
  if (!HDR_TRANSFERS.has(transfer) || !zscale) return ['scale=out_color_matrix=bt709:out_range=tv'];
  return [
    ...(size === undefined ? [] : [`scale=${size.width}:${size.height}:flags=bicubic`]),
    `zscale=transferin=${transfer}:primariesin=bt2020:matrixin=2020_ncl:transfer=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=primaries=709',
    `tonemap=${toneMapper}:desat=0`,
    'zscale=transfer=709:matrix=709:range=tv',
    'format=yuv420p',
  ];
}
