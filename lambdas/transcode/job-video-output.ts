import type { Output, VideoDescription } from '@aws-sdk/client-mediaconvert';
import type { Ladder, Rung } from '../../media/ladder/plan-ladder.ts';

/** Price tier and effort of the encoder; only `SINGLE_PASS` is billed at the basic tier. */
export type QualityTuning = 'SINGLE_PASS' | 'SINGLE_PASS_HQ' | 'MULTI_PASS_HQ';

/**
 * Returns one H.264 rendition in 8-bit 4:2:0 with square pixels, quality-defined, with closed GOPs of fixed length.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cbr-vbr-qvbr.html
 *
 * @param audioGroups audio groups that it plays with
 */
export function videoOutput(rung: Rung, ladder: Ladder, tuning: QualityTuning, audioGroups: readonly string[]): Output {
  return {
    NameModifier: `_${rung.name}`,
    ContainerSettings: {
      Container: 'CMFC',
      ...(audioGroups.length > 0 ? { CmfcSettings: { AudioRenditionSets: audioGroups.join(',') } } : {}),
    },
    VideoDescription: {
      ...frameSettings(rung, ladder),
      CodecSettings: {
        Codec: 'H_264',
        H264Settings: {
          RateControlMode: 'QVBR',
          QvbrSettings: { QvbrQualityLevel: rung.qualityLevel },
          MaxBitrate: rung.maxBitrateBps,
          QualityTuningLevel: tuning,
          SceneChangeDetect: 'TRANSITION_DETECTION',
          // Without it, sources in 4:2:2 or 10 bits would select a profile that browsers cannot play.
          CodecProfile: 'HIGH',
          CodecLevel: 'AUTO',
          InterlaceMode: 'PROGRESSIVE',
          FramerateControl: 'SPECIFIED',
          FramerateConversionAlgorithm: 'DUPLICATE_DROP',
          FramerateNumerator: ladder.frameRate.numerator,
          FramerateDenominator: ladder.frameRate.denominator,
          ParControl: 'SPECIFIED',
          ParNumerator: 1,
          ParDenominator: 1,
          GopSizeUnits: 'SECONDS',
          GopSize: ladder.gopSeconds,
          GopClosedCadence: 1,
        },
      },
    },
  };
}

/**
 * Returns size and color of an output. The ladder already keeps the aspect ratio, so no black bars are
 * needed for the pixel lost by rounding to even sides.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-scaling.html
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html
 */
export function frameSettings({ width, height }: { width: number; height: number }, ladder: Ladder): VideoDescription {
  const preprocessors = {
    ...(ladder.toneMap
      ? { ColorCorrector: { ColorSpaceConversion: 'FORCE_709', HdrToSdrToneMapper: 'PRESERVE_DETAILS' } as const }
      : {}),
    // Set for interlaced sources only: deinterlacing moves the job to the professional price tier.
    ...(ladder.deinterlace
      ? { Deinterlacer: { Mode: 'DEINTERLACE', Algorithm: 'INTERPOLATE', Control: 'NORMAL' } as const }
      : {}),
  };
  return {
    Width: width,
    Height: height,
    ScalingBehavior: 'STRETCH_TO_OUTPUT',
    ...(Object.keys(preprocessors).length > 0 ? { VideoPreprocessors: preprocessors } : {}),
  };
}
