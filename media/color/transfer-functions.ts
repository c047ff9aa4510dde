/** Maximum luminance of PQ, nits. */
export const PQ_PEAK_NITS = 10_000;
/** Peak luminance of the display that HLG is rendered for, nits: ITU-R BT.2100-2, Table 5. */
export const HLG_PEAK_NITS = 1000;

/** Converts a PQ code value (0 to 1) to luminance, nits: ITU-R BT.2100-2, Table 4, reference EOTF. */
export function pqToNits(code: number): number {
  const [m1, m2, c1, c2, c3] = [2610 / 16_384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  const power = clip(code) ** (1 / m2);
  return PQ_PEAK_NITS * (Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1);
}

/** Converts an HLG code value (0 to 1) to scene light (0 to 1): ITU-R BT.2100-2, Table 5, inverse of the OETF. */
export function hlgToScene(code: number): number {
  const [a, b, c] = [0.178_832_77, 0.284_668_92, 0.559_910_73];
  const value = clip(code);
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}

/** Converts an SDR code value (0 to 1) to light (0 to 1): IEC 61966-2-1. */
export function srgbToLinear(code: number): number {
  return code <= 0.040_45 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4;
}

/** Converts light to an SDR code value, both 0 to 1: IEC 61966-2-1. */
export function linearToSrgb(light: number): number {
  const value = clip(light);
  return value <= 0.003_130_8 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

/**
 * SDR transfer functions that differ much from that of displays, to light of 0 to 1, by ffmpeg's name: ITU-T H.273, 8.2. All
 * others are treated alike, as browsers do.
 */
export const UNUSUAL_TRANSFERS: Readonly<Record<string, (code: number) => number>> = {
  linear: clip,
  log100: (code) => (code <= 0 ? 0 : 10 ** ((clip(code) - 1) * 2)),
  log316: (code) => (code <= 0 ? 0 : 10 ** ((clip(code) - 1) * 2.5)),
  smpte428: (code) => Math.min(1, (clip(code) ** 2.6 * 52.37) / 48),
};

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
