import { z } from 'zod';

// The video settings that this encoder carries out, as on the wire (lower camel case):
// https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html

const positive = z.number().int().min(1).max(2_147_483_647);

const h264SettingsSchema = z.strictObject({
  rateControlMode: z.literal('QVBR'),
  qvbrSettings: z.strictObject({ qvbrQualityLevel: z.number().int().min(1).max(10) }),
  maxBitrate: z.number().int().min(1000).max(1_152_000_000),
  qualityTuningLevel: z.enum(['SINGLE_PASS', 'SINGLE_PASS_HQ', 'MULTI_PASS_HQ']).default('SINGLE_PASS'),
  sceneChangeDetect: z.enum(['DISABLED', 'ENABLED', 'TRANSITION_DETECTION']).default('ENABLED'),
  codecProfile: z.enum(['BASELINE', 'MAIN', 'HIGH']).default('MAIN'),
  codecLevel: z.literal('AUTO').default('AUTO'),
  interlaceMode: z.literal('PROGRESSIVE').default('PROGRESSIVE'),
  framerateControl: z.literal('SPECIFIED'),
  framerateConversionAlgorithm: z.literal('DUPLICATE_DROP').default('DUPLICATE_DROP'),
  framerateNumerator: positive,
  framerateDenominator: positive,
  parControl: z.literal('SPECIFIED'),
  parNumerator: z.literal(1),
  parDenominator: z.literal(1),
  gopSizeUnits: z.literal('SECONDS'),
  gopSize: z.number().positive().max(60),
  gopClosedCadence: z.literal(1),
});
export type H264Settings = z.infer<typeof h264SettingsSchema>;

const frameCaptureSettingsSchema = z.strictObject({
  framerateNumerator: positive,
  framerateDenominator: positive,
  maxCaptures: z.number().int().min(1).max(10_000_000),
  quality: z.number().int().min(1).max(100).default(80),
});

const preprocessorsSchema = z.strictObject({
  colorCorrector: z
    .strictObject({
      colorSpaceConversion: z.literal('FORCE_709'),
      hdrToSdrToneMapper: z.enum(['PRESERVE_DETAILS', 'VIBRANT']).default('PRESERVE_DETAILS'),
    })
    .optional(),
  deinterlacer: z
    .strictObject({
      mode: z.literal('DEINTERLACE'),
      algorithm: z.literal('INTERPOLATE').default('INTERPOLATE'),
      control: z.enum(['NORMAL', 'FORCE_ALL_FRAMES']).default('NORMAL'),
    })
    .optional(),
});
export type Preprocessors = z.infer<typeof preprocessorsSchema>;

function evenUpTo(max: number) {
  return z.number().int().min(32).max(max).multipleOf(2, 'Should be a multiple of 2');
}

export const videoDescriptionSchema = z.strictObject({
  width: evenUpTo(8192),
  height: evenUpTo(8192),
  scalingBehavior: z.literal('STRETCH_TO_OUTPUT'),
  videoPreprocessors: preprocessorsSchema.optional(),
  codecSettings: z.discriminatedUnion('codec', [
    z.strictObject({ codec: z.literal('H_264'), h264Settings: h264SettingsSchema }),
    z.strictObject({ codec: z.literal('FRAME_CAPTURE'), frameCaptureSettings: frameCaptureSettingsSchema }),
  ]),
});
export type VideoDescription = z.infer<typeof videoDescriptionSchema>;
