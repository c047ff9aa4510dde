import * as z from 'zod';
import { recordOf } from './record-of.ts';
import { DEAD_LETTERS, stepQueueUrl } from './redrive-queues.ts';
import { STEPS } from './steps.ts';

/** Components of the chain whose dead letters end a revision. */
export const DEAD_LETTER_SOURCES = ['transcode', ...STEPS] as const;
export type DeadLetterSource = (typeof DEAD_LETTER_SOURCES)[number];

/** Name of the variable that holds the ARN of a component's queue, from which its dead letters come. */
type WorkQueueVariable<Source extends DeadLetterSource> = `${Uppercase<Source>}_QUEUE_ARN`;

export function workQueueVariable<Source extends DeadLetterSource>(source: Source): WorkQueueVariable<Source>;
export function workQueueVariable(source: string): string {
  return `${source.toUpperCase()}_QUEUE_ARN`;
}

const text = z.string().min(1);

/** Every variable that the environment of a function may hold. A name means the same in every function. */
const environmentSchema = z.object({
  /** The catalog, as the RDS Data API names it. */
  CATALOG_CLUSTER_ARN: text,
  /** Secret of the role in the database with which the function works. */
  CATALOG_SECRET_ARN: text,
  CATALOG_DATABASE: text,
  /** Secret of the chain's role in the catalog. */
  CHAIN_SECRET_ARN: text,
  /** Secret of the API's role in the catalog. */
  API_SECRET_ARN: text,
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
  /** Queue of the withdrawal function, which withdraws and publishes videos. */
  WITHDRAWALS_QUEUE_URL: z.url(),
  /** Id of this deployment, which its jobs carry in their user metadata, and its metrics as a dimension. */
  DEPLOYMENT_ID: text,
  /** Time since its first delivery after which a message that fails again counts as one that keeps failing, in seconds. */
  MAX_FAILING_SECONDS: z.coerce.number().int().positive(),
  /** ARN of the MediaConvert queue. */
  ENCODER_QUEUE_ARN: text,
  /** ARN of the role that a job assumes to read the source and write the output. */
  ENCODER_ROLE_ARN: text,
  /** Largest short side of a rung, in pixels. */
  LADDER_MAX_SHORT_SIDE: z.coerce.number().int().min(144).max(2160),
  /** Maximum list price of the encode of one video, in US dollars. */
  ENCODE_MAX_PRICE_USD: z.coerce.number().nonnegative(),
  /** Maximum list price of all encodes that are submitted on one day in UTC, in US dollars. */
  ENCODE_MAX_PRICE_USD_PER_DAY: z.coerce.number().nonnegative(),
  /** Name of the schedule group that holds the deadlines of jobs and the further attempts. */
  DEADLINE_GROUP: text,
  /** ARN of the completion queue, which receives a deadline when it expires. */
  DEADLINE_QUEUE_ARN: text,
  /** ARN of the role with which EventBridge Scheduler sends to the queues of completion and transcode. */
  DEADLINE_ROLE_ARN: text,
  /** Minimum time for every job, in minutes, however short its source. */
  JOB_DEADLINE_MINUTES: z.coerce.number().positive(),
  /** ARN of the transcode function's queue, which receives the request for a further attempt. */
  UPLOADS_QUEUE_ARN: text,
  /** Pause between the first failure of an encode and the second attempt, in seconds. */
  RETRY_PAUSE_SECONDS: z.coerce.number().nonnegative(),
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
  /** Public keys of all trusted generations: for each CloudFront's id, a space and the PEM. */
  PLAYBACK_PUBLIC_KEYS: text,
  /** Digests of the secrets that the edge may send, separated by spaces. */
  ORIGIN_SECRET_DIGESTS: text,
  /** Bucket that holds the pages. */
  PAGES_BUCKET: text,
  /** Time for which functions of the edge use what they hold of published objects while storage fails, in minutes. */
  STALE_ON_ERROR_MINUTES: z.coerce.number().int().nonnegative(),
  /** Distribution whose cached copies of deleted and withdrawn videos are invalidated. */
  DISTRIBUTION_ID: text,
  /** Time for which a superseded revision stays served, in minutes. */
  SUPERSEDED_GRACE_MINUTES: z.coerce.number().int().nonnegative(),
  /** Fate of a superseded revision's objects after that. */
  AFTER_GRACE: z.enum(['delete', 'archive']),
  /** Name of the schedule group that holds the ends of graces. */
  GRACE_GROUP: text,
  /** ARN of the withdrawal function's queue, which receives the end of a grace. */
  GRACE_QUEUE_ARN: text,
  /** ARN of the role with which EventBridge Scheduler sends to that queue. */
  GRACE_ROLE_ARN: text,
  /** Name of the schedule group in which a run of the reconciler continues. */
  RECONCILE_GROUP: text,
  /** ARN of the role with which EventBridge Scheduler invokes the reconciler. */
  RECONCILE_ROLE_ARN: text,
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
} as const;
const CONSUMER = { DEPLOYMENT_ID: true, MAX_FAILING_SECONDS: true } as const;
const SIGNING = { EDGE_URL: true, SIGNING_KEY_PAIR_ID: true, SIGNING_KEY_SECRET_ARN: true } as const;

const consumerEnvSchema = environmentSchema.pick(CONSUMER);
/** Environment of a function that a queue feeds. */
export type ConsumerEnv = z.infer<typeof consumerEnvSchema>;

export const catalogEnvSchema = environmentSchema.pick(CATALOG);
export type CatalogEnv = z.infer<typeof catalogEnvSchema>;

export const migrateCatalogEnvSchema = environmentSchema.pick({ ...CATALOG, CHAIN_SECRET_ARN: true, API_SECRET_ARN: true });
export type MigrateCatalogEnv = z.infer<typeof migrateCatalogEnvSchema>;

const deadlineEnvSchema = environmentSchema.pick(DEADLINES);
export type DeadlineEnv = z.infer<typeof deadlineEnvSchema>;

const ATTEMPTS = { DEADLINE_GROUP: true, DEADLINE_ROLE_ARN: true, UPLOADS_QUEUE_ARN: true, RETRY_PAUSE_SECONDS: true } as const;
const attemptEnvSchema = environmentSchema.pick(ATTEMPTS);
export type AttemptEnv = z.infer<typeof attemptEnvSchema>;

export const transcodeEnvSchema = environmentSchema.pick({
  ...CATALOG,
  ...DEADLINES,
  ...CONSUMER,
  OUTPUT_BUCKET: true,
  COMPLETION_QUEUE_URL: true,
  ENCODER_QUEUE_ARN: true,
  ENCODER_ROLE_ARN: true,
  LADDER_MAX_SHORT_SIDE: true,
  ENCODE_MAX_PRICE_USD: true,
  ENCODE_MAX_PRICE_USD_PER_DAY: true,
});
export type TranscodeEnv = z.infer<typeof transcodeEnvSchema>;

export const stepEnvSchema = environmentSchema.pick({ ...CATALOG, ...CONSUMER, OUTPUT_BUCKET: true, COMPLETION_QUEUE_URL: true });
export type StepEnv = z.infer<typeof stepEnvSchema>;

export const completionEnvSchema = environmentSchema
  .pick({
    ...CATALOG,
    ...DEADLINES,
    ...ATTEMPTS,
    ...CONSUMER,
    OUTPUT_BUCKET: true,
    JOB_DEADLINE_MINUTES: true,
    VIDEO_EVENTS_TOPIC_ARN: true,
    TRANSCODE_EVENTS_TOPIC_ARN: true,
  })
  .extend(recordOf(DEAD_LETTER_SOURCES.map((source) => workQueueVariable(source)), () => text));
export type CompletionEnv = z.infer<typeof completionEnvSchema>;

export const redriveEnvSchema = environmentSchema
  .pick({
    ...CATALOG,
    UPLOADS_QUEUE_URL: true,
    COMPLETION_QUEUE_URL: true,
    REMOVALS_QUEUE_URL: true,
    WITHDRAWALS_QUEUE_URL: true,
  })
  .extend(recordOf(STEPS.map((step) => stepQueueUrl(step)), () => z.url()))
  .extend(recordOf(DEAD_LETTERS, () => z.url()));
export type RedriveEnv = z.infer<typeof redriveEnvSchema>;

export const reconcileEnvSchema = environmentSchema.pick({
  ...CATALOG,
  SOURCE_BUCKET: true,
  OUTPUT_BUCKET: true,
  UPLOADS_QUEUE_URL: true,
  COMPLETION_QUEUE_URL: true,
  REMOVALS_QUEUE_URL: true,
  WITHDRAWALS_QUEUE_URL: true,
  DEPLOYMENT_ID: true,
  ENCODER_QUEUE_ARN: true,
  DEADLINE_GROUP: true,
  GRACE_GROUP: true,
  SUPERSEDED_GRACE_MINUTES: true,
  AFTER_GRACE: true,
  RECONCILE_GROUP: true,
  RECONCILE_ROLE_ARN: true,
});
export type ReconcileEnv = z.infer<typeof reconcileEnvSchema>;

export const removalEnvSchema = environmentSchema.pick({
  ...CATALOG,
  ...CONSUMER,
  OUTPUT_BUCKET: true,
  COMPLETION_QUEUE_URL: true,
  WITHDRAWALS_QUEUE_URL: true,
  DISTRIBUTION_ID: true,
});
export type RemovalEnv = z.infer<typeof removalEnvSchema>;

export const withdrawalEnvSchema = environmentSchema.pick({
  ...CATALOG,
  ...CONSUMER,
  OUTPUT_BUCKET: true,
  DISTRIBUTION_ID: true,
  WITHDRAWALS_QUEUE_URL: true,
  SUPERSEDED_GRACE_MINUTES: true,
  AFTER_GRACE: true,
  GRACE_GROUP: true,
  GRACE_QUEUE_ARN: true,
  GRACE_ROLE_ARN: true,
});
export type WithdrawalEnv = z.infer<typeof withdrawalEnvSchema>;

export const playlistEnvSchema = environmentSchema.pick({
  OUTPUT_BUCKET: true,
  PLAYBACK_PUBLIC_KEYS: true,
  STALE_ON_ERROR_MINUTES: true,
  UPLOADS_QUEUE_URL: true,
});
export type PlaylistEnv = z.infer<typeof playlistEnvSchema>;

export const packagerEnvSchema = environmentSchema.pick({ OUTPUT_BUCKET: true, STALE_ON_ERROR_MINUTES: true });
export type PackagerEnv = z.infer<typeof packagerEnvSchema>;

export const linkPreviewEnvSchema = environmentSchema.pick({
  SIGNING_KEY_PAIR_ID: true,
  SIGNING_KEY_SECRET_ARN: true,
  PAGES_BUCKET: true,
});
export type LinkPreviewEnv = z.infer<typeof linkPreviewEnvSchema>;

export const playbackEnvSchema = environmentSchema.pick({ ...CATALOG, ...SIGNING });
export type PlaybackEnv = z.infer<typeof playbackEnvSchema>;

export const apiEnvSchema = environmentSchema.pick({
  ...CATALOG,
  ...SIGNING,
  SOURCE_BUCKET: true,
  ORIGIN_SECRET_DIGESTS: true,
  UPLOADS_QUEUE_URL: true,
  REMOVALS_QUEUE_URL: true,
  WITHDRAWALS_QUEUE_URL: true,
  TOKEN_ISSUER: true,
  TOKEN_CLIENT_ID: true,
});
export type ApiEnv = z.infer<typeof apiEnvSchema>;
