import * as z from 'zod';
import { audioDescriptionSchema } from './audio-settings.ts';
import { videoDescriptionSchema } from './video-settings.ts';

// The output groups that this encoder carries out, as on the wire (lower camel case):
// https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html

const destination = z.string().regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.*[^/]$/, 'Should be s3://bucket/path/base-name');

const trickPlaySchema = z.strictObject({
  intervalCadence: z.literal('FOLLOW_CUSTOM'),
  thumbnailInterval: z.number().positive(),
  thumbnailWidth: z.number().multipleOf(8, 'Should be a multiple of 8'),
  thumbnailHeight: z.number().multipleOf(2, 'Should be a multiple of 2'),
  tileWidth: z.number(),
  tileHeight: z.number(),
});

const cmafGroupSettingsSchema = z.strictObject({
  destination,
  writeHlsManifest: z.literal('ENABLED'),
  writeDashManifest: z.literal('ENABLED'),
  segmentControl: z.literal('SINGLE_FILE'),
  mpdProfile: z.literal('ON_DEMAND_PROFILE'),
  segmentLength: z.number().max(60),
  segmentLengthControl: z.literal('EXACT'),
  fragmentLength: z.number().max(60),
  minFinalSegmentLength: z.number().max(60).default(0),
  codecSpecification: z.literal('RFC_6381'),
  manifestDurationFormat: z.literal('FLOATING_POINT').default('FLOATING_POINT'),
  streamInfResolution: z.literal('INCLUDE').default('INCLUDE'),
  targetDurationCompatibilityMode: z.enum(['LEGACY', 'SPEC_COMPLIANT']).default('LEGACY'),
  videoCompositionOffsets: z.literal('UNSIGNED').default('UNSIGNED'),
  imageBasedTrickPlay: z.enum(['NONE', 'ADVANCED']).default('NONE'),
  imageBasedTrickPlaySettings: trickPlaySchema.optional(),
});
export type CmafGroupSettings = z.infer<typeof cmafGroupSettingsSchema>;

const cmfcSettingsSchema = z.strictObject({
  audioDuration: z.enum(['DEFAULT_CODEC_DURATION', 'MATCH_VIDEO_DURATION']).default('DEFAULT_CODEC_DURATION'),
  audioRenditionSets: z.string().optional(),
  audioGroupId: z.string().optional(),
  audioTrackType: z
    .enum(['ALTERNATE_AUDIO_AUTO_SELECT', 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT', 'ALTERNATE_AUDIO_NOT_AUTO_SELECT'])
    .optional(),
  iFrameOnlyManifest: z.enum(['INCLUDE', 'EXCLUDE']).default('EXCLUDE'),
});

const outputSchema = z.strictObject({
  // Part of object names; format identifiers ($dt$ …) are not supported.
  nameModifier: z.string().min(1).max(256).regex(/^[^/$]+$/, 'Holds a slash or a format identifier').optional(),
  containerSettings: z.discriminatedUnion('container', [
    z.strictObject({ container: z.literal('CMFC'), cmfcSettings: cmfcSettingsSchema.optional() }),
    z.strictObject({ container: z.literal('RAW') }),
  ]),
  videoDescription: videoDescriptionSchema.optional(),
  audioDescriptions: z.array(audioDescriptionSchema).length(1).optional(),
});
export type Output = z.infer<typeof outputSchema>;

export const outputGroupSchema = z.strictObject({
  name: z.string().max(2048).optional(),
  customName: z.string().max(2048).optional(),
  outputGroupSettings: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('CMAF_GROUP_SETTINGS'), cmafGroupSettings: cmafGroupSettingsSchema }),
    z.strictObject({ type: z.literal('FILE_GROUP_SETTINGS'), fileGroupSettings: z.strictObject({ destination }) }),
  ]),
  outputs: z.array(outputSchema).min(1),
});
export type OutputGroup = z.infer<typeof outputGroupSchema>;
