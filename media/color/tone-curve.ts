import { PQ_PEAK_NITS } from './transfer-functions.ts';

/** Luminance of diffuse white in high dynamic range, nits: ITU-R BT.2408, 2.1. */
export const REFERENCE_WHITE_NITS = 203;

/** SDR light up to which a curve is the identity, and the luminance that it maps to white. */
interface Knee {
  readonly from: number;
  readonly peakNits: number;
}

/**
 * Curves by MediaConvert's names, which leave the numbers open: one keeps details in bright parts, the other is brighter and
 * clips above 1,000 nits. Diffuse white maps to 231 and 238 of 255, 1,000 nits to 251 and 255.
 * https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/mediaconvert/aws.sdk.kotlin.services.mediaconvert.model/-hdr-to-sdr-tone-mapper
 */
export const TONE_MAPPERS = {
  PRESERVE_DETAILS: { from: 0.6, peakNits: PQ_PEAK_NITS },
  VIBRANT: { from: 0.7, peakNits: 1000 },
} as const satisfies Readonly<Record<string, Knee>>;
export type ToneMapper = keyof typeof TONE_MAPPERS;

/**
 * Returns the SDR light (0 to 1) for HDR light. Up to a knee both are equal; above it, a Möbius transformation with the same
 * slope at the knee approaches white.
 *
 * @param light 1 for diffuse white
 */
export function compressHighlights(light: number, mapper: ToneMapper): number {
  const { from: knee, peakNits } = TONE_MAPPERS[mapper];
  if (light <= knee) return light;
  const peak = peakNits / REFERENCE_WHITE_NITS;
  const a = (-(knee ** 2) * (peak - 1)) / (knee ** 2 - 2 * knee + peak);
  const b = (knee ** 2 - 2 * knee * peak + peak) / (peak - 1);
  return Math.min(1, (((b + knee) ** 2 / (b - a)) * (light + a)) / (light + b));
}
