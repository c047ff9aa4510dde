import type { CmfcSettings, ColorCorrector, Output, VideoDescription } from '@aws-sdk/client-mediaconvert';
import type { ColorPlan } from '../../media/color/plan-color.ts';
import type { Ladder, Rung } from '../../media/ladder/plan-ladder.ts';
import { MATCH_AUDIO_TO_VIDEO } from './job-audio.ts';

/** Price tier and effort of the encoder; only `SINGLE_PASS` is billed at the basic tier. */
export type QualityTuning = 'SINGLE_PASS' | 'SINGLE_PASS_HQ' | 'MULTI_PASS_HQ';

/** Number of rungs with an I-frame playlist: scrubbing needs few bits, and players can choose between two bit rates. */
const KEY_FRAME_RUNGS = 2;

/**
 * Returns one H.264 rendition in 8-bit 4:2:0 with square pixels, quality-defined, with closed GOPs of fixed length.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cbr-vbr-qvbr.html
 *
 * The smallest rungs also get an I-frame playlist, which Apple's players need for scrubbing.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 *
 * @param audioGroups audio groups that it plays with
 */
export function videoOutput(rung: Rung, ladder: Ladder, tuning: QualityTuning, audioGroups: readonly string[]): Output {
  const cmfcSettings: CmfcSettings = {
    ...(audioGroups.length > 0 ? { AudioRenditionSets: audioGroups.join(','), ...MATCH_AUDIO_TO_VIDEO } : {}),
    ...(ladder.rungs.indexOf(rung) >= ladder.rungs.length - KEY_FRAME_RUNGS ? { IFrameOnlyManifest: 'INCLUDE' } : {}),
  };
  return {
    NameModifier: `_${rung.name}`,
    ContainerSettings: {
      Container: 'CMFC',
      ...(Object.keys(cmfcSettings).length > 0 ? { CmfcSettings: cmfcSettings } : {}),
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
          CodecLevel: isTiny(rung) ? 'LEVEL_1_3' : 'AUTO',
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

/** Macroblocks of the largest frame for which an encoder may choose a level below 1.3: ITU-T H.264, Table A-1. */
const MAX_TINY_MACROBLOCKS = 99;

/**
 * Returns whether a frame is so small that the encoder may choose level 1b, which browsers refuse as `avc1.640009`. Plan:
 * level 1.3 suits any such frame at 60 frames per second.
 */
function isTiny({ width, height }: Rung): boolean {
  return Math.ceil(width / 16) * Math.ceil(height / 16) <= MAX_TINY_MACROBLOCKS;
}

/**
 * Returns an output's size and color settings. The ladder already keeps the aspect ratio, so rounding to even sides needs no
 * black bars. If the picture changes within the source, `DEFAULT` fits each frame into the output and pads the rest. Plan:
 * holds on AWS and on the laptop.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-scaling.html
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html
 */
export function frameSettings({ width, height }: { width: number; height: number }, ladder: Ladder): VideoDescription {
  const preprocessors = {
    ...(ladder.color.convert ? { ColorCorrector: colorCorrector(ladder.color) } : {}),
    // Set for interlaced sources only: deinterlacing moves the job to the professional price tier.
    ...(ladder.deinterlace
      ? { Deinterlacer: { Mode: 'DEINTERLACE', Algorithm: 'INTERPOLATE', Control: 'NORMAL' } as const }
      : {}),
  };
  return {
    Width: width,
    Height: height,
    ScalingBehavior: ladder.pad ? 'DEFAULT' : 'STRETCH_TO_OUTPUT',
    ...(Object.keys(preprocessors).length > 0 ? { VideoPreprocessors: preprocessors } : {}),
  };
}

/**
 * Returns the settings that convert to Rec. 709. Without the second one, "MediaConvert uses the sample range for transcoding
 * and also writes it to the output metadata"; "for limited range inputs, values for color samples are passed through".
 * https://docs.aws.amazon.com/sdkfornet/v3/apidocs/items/MediaConvert/TColorCorrector.html
 */
function colorCorrector({ toneMap }: ColorPlan): ColorCorrector {
  return {
    ColorSpaceConversion: 'FORCE_709',
    SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE',
    ...(toneMap ? { HdrToSdrToneMapper: 'PRESERVE_DETAILS' } : {}),
  };
}
