import type { Output, VideoDescription } from '@aws-sdk/client-mediaconvert';
import type { Ladder, Rung } from '../../media/ladder/plan-ladder.ts';

/** Price tier and effort of the encoder; `SINGLE_PASS` is the one billed at the basic tier. */
export type QualityTuning = 'SINGLE_PASS' | 'SINGLE_PASS_HQ' | 'MULTI_PASS_HQ';

/**
 * One H.264 rendition in 8-bit 4:2:0 with square pixels, quality-defined, with a closed group of pictures of fixed
 * length.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cbr-vbr-qvbr.html
 *
 * @param audioGroups groups of sound that it plays with
 */
export function videoOutput(rung: Rung, ladder: Ladder, tuning: QualityTuning, audioGroups: readonly string[]): Output {
  return {
    NameModifier: `_${rung.name}`,
    ContainerSettings: {
      Container: 'CMFC',
      ...(audioGroups.length > 0 ? { CmfcSettings: { AudioRenditionSets: audioGroups.join(',') } } : {}),
    },
    VideoDescription: {
      ...pictureOf(rung, ladder),
      CodecSettings: {
        Codec: 'H_264',
        H264Settings: {
          RateControlMode: 'QVBR',
          QvbrSettings: { QvbrQualityLevel: rung.qualityLevel },
          MaxBitrate: rung.maxBitrateBps,
          QualityTuningLevel: tuning,
          SceneChangeDetect: 'TRANSITION_DETECTION',
          // Sources in 4:2:2 or 10 bits would otherwise ask for a profile that browsers do not play.
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
 * Size and colour of a picture. The ladder keeps the aspect already, so that the encoder need not add black bars for the
 * pixel that even sides cost.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-scaling.html
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html
 */
export function pictureOf({ width, height }: { width: number; height: number }, ladder: Ladder): VideoDescription {
  const preprocessors = {
    ...(ladder.toneMap
      ? { ColorCorrector: { ColorSpaceConversion: 'FORCE_709', HdrToSdrToneMapper: 'PRESERVE_DETAILS' } as const }
      : {}),
    // Sent for interlaced sources only: deinterlacing moves the job to the professional price tier.
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
