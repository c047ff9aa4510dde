import type { CreateJobCommandInput, Output } from '@aws-sdk/client-mediaconvert';
import { type EncodePrice, type PricedOutput, priceOutputs, type PricedQuality } from '../../pricing/price-outputs.ts';

/**
 * Returns the list price that the settings of a job imply, which AWS bills for each video output.
 *
 * @param durationMs expected duration of each output
 * @throws Error for a codec whose price is unknown
 */
export function priceJob({ Settings }: Pick<CreateJobCommandInput, 'Settings'>, durationMs: number): EncodePrice {
  const outputs = (Settings?.OutputGroups ?? []).flatMap(({ Outputs = [] }) => Outputs);
  return priceOutputs(outputs.flatMap((output) => pricedOutput(output, durationMs)));
}

/** @returns nothing for sound and frame captures, which are free */
function pricedOutput({ VideoDescription: video }: Output, durationMs: number): PricedOutput[] {
  const codec = video?.CodecSettings?.Codec;
  if (video === undefined || codec === 'FRAME_CAPTURE') return [];
  const settings = video.CodecSettings?.H264Settings;
  if (codec !== 'H_264' || settings === undefined) throw new Error(`No price is known for an output in ${codec}`);
  const quality: PricedQuality = settings.QualityTuningLevel ?? 'SINGLE_PASS';
  return [
    {
      width: video.Width ?? 0,
      height: video.Height ?? 0,
      framesPerSecond: (settings.FramerateNumerator ?? 0) / (settings.FramerateDenominator ?? 1),
      durationMs,
      quality,
      tier: quality === 'SINGLE_PASS' && !hasProfessionalFeature(video) ? 'basic' : 'professional',
    },
  ];
}

/**
 * Returns whether an output uses a feature of the professional tier: deinterlacing, as bills show, or color conversion, of
 * which AWS's documentation does not say the tier, so that the dearer one counts.
 * https://github.com/aws-solutions-library-samples/video-on-demand-on-aws/issues/114
 */
function hasProfessionalFeature({ VideoPreprocessors: before }: NonNullable<Output['VideoDescription']>): boolean {
  return before?.Deinterlacer !== undefined || before?.ColorCorrector !== undefined;
}
