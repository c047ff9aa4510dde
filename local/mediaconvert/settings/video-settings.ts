import * as z from 'zod';

// The video settings that this encoder carries out, as on the wire (lower camel case):
// https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html

const h264SettingsSchema = z.strictObject({
  rateControlMode: z.literal('QVBR'),
  qvbrSettings: z.strictObject({ qvbrQualityLevel: z.number() }),
  maxBitrate: z.number(),
  qualityTuningLevel: z.enum(['SINGLE_PASS', 'SINGLE_PASS_HQ', 'MULTI_PASS_HQ']).default('SINGLE_PASS'),
  sceneChangeDetect: z.enum(['DISABLED', 'ENABLED', 'TRANSITION_DETECTION']).default('ENABLED'),
  codecProfile: z.enum(['BASELINE', 'MAIN', 'HIGH']).default('MAIN'),
  codecLevel: z.enum(['AUTO', 'LEVEL_1_3']).default('AUTO'),
  interlaceMode: z.literal('PROGRESSIVE').default('PROGRESSIVE'),
  framerateControl: z.literal('SPECIFIED'),
  framerateConversionAlgorithm: z.literal('DUPLICATE_DROP').default('DUPLICATE_DROP'),
  framerateNumerator: z.number(),
  framerateDenominator: z.number(),
  parControl: z.literal('SPECIFIED'),
  parNumerator: z.literal(1),
  parDenominator: z.literal(1),
  gopSizeUnits: z.literal('SECONDS'),
  gopSize: z.number().positive().max(60),
  gopClosedCadence: z.literal(1),
});
export type H264Settings = z.infer<typeof h264SettingsSchema>;

const frameCaptureSettingsSchema = z.strictObject({
  framerateNumerator: z.number(),
  framerateDenominator: z.number(),
  maxCaptures: z.number(),
  quality: z.number().default(80),
});

const preprocessorsSchema = z.strictObject({
  colorCorrector: z
    .strictObject({
      colorSpaceConversion: z.enum(['NONE', 'FORCE_709']).default('NONE'),
      hdrToSdrToneMapper: z.enum(['PRESERVE_DETAILS', 'VIBRANT']).default('PRESERVE_DETAILS'),
      sampleRangeConversion: z.enum(['NONE', 'LIMITED_RANGE_SQUEEZE']).default('NONE'),
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

const even = z.number().multipleOf(2, 'Should be a multiple of 2');

export const videoDescriptionSchema = z.strictObject({
  width: even,
  height: even,
  scalingBehavior: z.enum(['DEFAULT', 'STRETCH_TO_OUTPUT']).default('DEFAULT'),
  videoPreprocessors: preprocessorsSchema.optional(),
  codecSettings: z.discriminatedUnion('codec', [
    z.strictObject({ codec: z.literal('H_264'), h264Settings: h264SettingsSchema }),
    z.strictObject({ codec: z.literal('FRAME_CAPTURE'), frameCaptureSettings: frameCaptureSettingsSchema }),
  ]),
});
export type VideoDescription = z.infer<typeof videoDescriptionSchema>;
