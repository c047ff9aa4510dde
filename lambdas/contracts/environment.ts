import { z } from 'zod';
import { recordOf } from './record-of.ts';
import { STEPS } from './steps.ts';

/** Components of the chain whose dead letters end a revision. */
export const DEAD_LETTER_SOURCES = ['transcode', ...STEPS] as const;
export type DeadLetterSource = (typeof DEAD_LETTER_SOURCES)[number];

/** Name of the variable that holds the ARN of a component's dead-letter queue. */
export type DeadLettersVariable<Source extends DeadLetterSource = DeadLetterSource> =
  `${Uppercase<Source>}_DEAD_LETTERS_ARN`;

export function deadLettersVariable<Source extends DeadLetterSource>(source: Source): DeadLettersVariable<Source>;
export function deadLettersVariable(source: string): string {
  return `${source.toUpperCase()}_DEAD_LETTERS_ARN`;
}

const text = z.string().min(1);

/** Every variable that the environment of a function may hold. A name means the same in every function. */
const environmentSchema = z.object({
  /** The catalog, as the RDS Data API names it. */
  CATALOG_CLUSTER_ARN: text,
  CATALOG_SECRET_ARN: text,
  CATALOG_DATABASE: text,
  /** Bucket that receives uploads. */
  SOURCE_BUCKET: z.string().min(3),
  /** Bucket that holds encodes. */
  OUTPUT_BUCKET: text,
  /** Queue of the transcode function, which also retries failed uploads. */
  UPLOADS_QUEUE_URL: z.url(),
  /** Queue of the completion function. */
  COMPLETION_QUEUE_URL: z.url(),
  /** Queue of the removal function, which removes deleted videos. */
  REMOVALS_QUEUE_URL: z.url(),
  /** ARN of the MediaConvert queue. */
  ENCODER_QUEUE_ARN: text,
  /** ARN of the role that a job assumes to read the source and write the output. */
  ENCODER_ROLE_ARN: text,
  /** Largest short side of a rung, in pixels. */
  LADDER_MAX_SHORT_SIDE: z.coerce.number().int().min(144).max(2160),
  /** Name of the schedule group that holds the deadlines of jobs. */
  DEADLINE_GROUP: text,
  /** ARN of the completion queue, which receives a deadline when it expires. */
  DEADLINE_QUEUE_ARN: text,
  /** ARN of the role with which EventBridge Scheduler sends to that queue. */
  DEADLINE_ROLE_ARN: text,
  /** Minimum time for every job, in minutes, however short its source. */
  JOB_DEADLINE_MINUTES: z.coerce.number().positive(),
  /** Topic to which the ends of revisions are published. */
  VIDEO_EVENTS_TOPIC_ARN: text,
  /** Topic of job states, to which the end of a job is published again if its event was lost. */
  TRANSCODE_EVENTS_TOPIC_ARN: text,
  /** Scheme and authority of the edge, without a trailing slash. */
  EDGE_URL: z.url(),
  /** CloudFront's id of the public key that signatures name. */
  SIGNING_KEY_PAIR_ID: text,
  /** Secret that holds the private key. */
  SIGNING_KEY_SECRET_ARN: text,
  /** Distribution whose cached copies of deleted videos are invalidated. */
  DISTRIBUTION_ID: text,
  /** Issuer of accepted access tokens; its keys are at `<issuer>/.well-known/jwks.json`. */
  TOKEN_ISSUER: z.url(),
  /** The only client whose tokens are accepted. */
  TOKEN_CLIENT_ID: text,
});

const CATALOG = { CATALOG_CLUSTER_ARN: true, CATALOG_SECRET_ARN: true, CATALOG_DATABASE: true } as const;
const DEADLINES = {
  DEADLINE_GROUP: true,
  DEADLINE_QUEUE_ARN: true,
  DEADLINE_ROLE_ARN: true,
  JOB_DEADLINE_MINUTES: true,
} as const;
const SIGNING = { EDGE_URL: true, SIGNING_KEY_PAIR_ID: true, SIGNING_KEY_SECRET_ARN: true } as const;

export const catalogEnvSchema = environmentSchema.pick(CATALOG);
export type CatalogEnv = z.infer<typeof catalogEnvSchema>;

const deadlineEnvSchema = environmentSchema.pick(DEADLINES);
export type DeadlineEnv = z.infer<typeof deadlineEnvSchema>;

export const transcodeEnvSchema = environmentSchema.pick({
  ...CATALOG,
  ...DEADLINES,
  OUTPUT_BUCKET: true,
  COMPLETION_QUEUE_URL: true,
  ENCODER_QUEUE_ARN: true,
  ENCODER_ROLE_ARN: true,
  LADDER_MAX_SHORT_SIDE: true,
});
export type TranscodeEnv = z.infer<typeof transcodeEnvSchema>;

export const stepEnvSchema = environmentSchema.pick({ ...CATALOG, OUTPUT_BUCKET: true, COMPLETION_QUEUE_URL: true });
export type StepEnv = z.infer<typeof stepEnvSchema>;

export const completionEnvSchema = environmentSchema
  .pick({
    ...CATALOG,
    ...DEADLINES,
    OUTPUT_BUCKET: true,
    VIDEO_EVENTS_TOPIC_ARN: true,
    TRANSCODE_EVENTS_TOPIC_ARN: true,
  })
  .extend(recordOf(DEAD_LETTER_SOURCES.map((source) => deadLettersVariable(source)), () => text));
export type CompletionEnv = z.infer<typeof completionEnvSchema>;

export const removalEnvSchema = environmentSchema.pick({
  ...CATALOG,
  OUTPUT_BUCKET: true,
  COMPLETION_QUEUE_URL: true,
  DISTRIBUTION_ID: true,
});
export type RemovalEnv = z.infer<typeof removalEnvSchema>;

export const playlistEnvSchema = environmentSchema.pick({ OUTPUT_BUCKET: true });

export const playbackEnvSchema = environmentSchema.pick({ ...CATALOG, ...SIGNING });
export type PlaybackEnv = z.infer<typeof playbackEnvSchema>;

export const apiEnvSchema = environmentSchema.pick({
  ...CATALOG,
  ...SIGNING,
  SOURCE_BUCKET: true,
  UPLOADS_QUEUE_URL: true,
  REMOVALS_QUEUE_URL: true,
  TOKEN_ISSUER: true,
  TOKEN_CLIENT_ID: true,
});
export type ApiEnv = z.infer<typeof apiEnvSchema>;
