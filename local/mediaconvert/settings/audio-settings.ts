import * as z from 'zod';

// The audio settings that this encoder carries out, as on the wire (lower camel case):
// https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html

const AAC_KILOBITS: ReadonlySet<number> = new Set([
  6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512,
  576, 640,
]);

const LAYOUTS = { CODING_MODE_1_0: 'mono', CODING_MODE_2_0: 'stereo', CODING_MODE_5_1: '5.1' } as const;

/** Returns ffmpeg's name of the channel layout of a coding mode. */
export function audioLayout(codingMode: keyof typeof LAYOUTS): (typeof LAYOUTS)[keyof typeof LAYOUTS] {
  return LAYOUTS[codingMode];
}

const aacSettingsSchema = z.strictObject({
  codecProfile: z.literal('LC').default('LC'),
  rateControlMode: z.literal('CBR').default('CBR'),
  codingMode: z.enum(['CODING_MODE_1_0', 'CODING_MODE_2_0', 'CODING_MODE_5_1']),
  bitrate: z.number().refine((bitrate) => AAC_KILOBITS.has(bitrate / 1000), 'Is not a bit rate of AAC'),
  sampleRate: z.literal([32_000, 44_100, 48_000]),
});

/** Gains in decibels by output channel and input channel. */
const remixSettingsSchema = z.strictObject({
  channelsIn: z.number(),
  channelsOut: z.number(),
  channelMapping: z.strictObject({
    outputChannels: z.array(z.strictObject({ inputChannels: z.array(z.number()).min(1) })).min(1),
  }),
});
export type RemixSettings = z.infer<typeof remixSettingsSchema>;

export const audioDescriptionSchema = z.strictObject({
  audioSourceName: z.string().optional(),
  languageCode: z.string().optional(),
  customLanguageCode: z.string().optional(),
  languageCodeControl: z.enum(['FOLLOW_INPUT', 'USE_CONFIGURED']).default('FOLLOW_INPUT'),
  streamName: z.string().optional(),
  codecSettings: z.strictObject({ codec: z.literal('AAC'), aacSettings: aacSettingsSchema }),
  remixSettings: remixSettingsSchema.optional(),
});
export type AudioDescription = z.infer<typeof audioDescriptionSchema>;

export const audioSelectorSchema = z.strictObject({
  defaultSelection: z.enum(['DEFAULT', 'NOT_DEFAULT']).default('NOT_DEFAULT'),
  selectorType: z.literal('TRACK').default('TRACK'),
  tracks: z.array(z.number()).length(1).optional(),
});
export type AudioSelector = z.infer<typeof audioSelectorSchema>;
