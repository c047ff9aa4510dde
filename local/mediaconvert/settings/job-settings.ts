import * as z from 'zod';
import { audioSelectorSchema } from './audio-settings.ts';
import { outputGroupSchema } from './output-group-settings.ts';

/**
 * A job's settings as on the wire (lower camel case). The schemas name every setting that this encoder carries out, and no
 * other: AWS would carry out any job that they accept in the same way.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
export const jobSettingsSchema = z.strictObject({
  timecodeConfig: z.strictObject({ source: z.enum(['EMBEDDED', 'ZEROBASED']) }).optional(),
  inputs: z
    .array(
      z.strictObject({
        fileInput: z.string().regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/s, 'Should be s3://bucket/key'),
        timecodeSource: z.enum(['EMBEDDED', 'ZEROBASED']).default('EMBEDDED'),
        videoSelector: z
          .strictObject({
            rotate: z.enum(['DEGREE_0', 'DEGREES_90', 'DEGREES_180', 'DEGREES_270', 'AUTO']).default('DEGREE_0'),
            colorSpace: z.enum(['FOLLOW', 'REC_601', 'REC_709', 'HDR10', 'HLG_2020']).default('FOLLOW'),
            colorSpaceUsage: z.enum(['FORCE', 'FALLBACK']).default('FORCE'),
            padVideo: z.enum(['DISABLED', 'BLACK']).default('DISABLED'),
          })
          .prefault({}),
        audioSelectors: z.record(z.string(), audioSelectorSchema).default({}),
      }),
    )
    .length(1),
  outputGroups: z.array(outputGroupSchema).min(1),
});
export type JobSettings = z.infer<typeof jobSettingsSchema>;
