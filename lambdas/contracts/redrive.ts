import * as z from 'zod';
import { END_CODES, type EndCode } from './end-codes.ts';
import { STEPS } from './steps.ts';

/** Queues whose dead letters can be moved back, named after the functions that they feed. */
export const REDRIVE_QUEUES = ['transcode', ...STEPS, 'completion', 'removal', 'withdrawal'] as const;
export type RedriveQueue = (typeof REDRIVE_QUEUES)[number];

/** End codes of revisions that a retry can help: those of failures, not of rejected files. */
export const FAILURE_CODES: readonly string[] = Object.entries<EndCode>(END_CODES)
  .filter(([, { status }]) => status === 'failed')
  .map(([code]) => code);

/** Whether the function only reports what it would do. */
const dryRun = z.boolean().default(false);

/** Request to the redrive function. */
export const redriveRequestSchema = z.discriminatedUnion('type', [
  /** Retries one video, found by its id or its key in the source bucket. */
  z.object({ type: z.literal('video'), video: z.string().min(1), dryRun }),
  /** Retries a page of the videos whose newest upload ended with a code. */
  z.object({
    type: z.literal('failed'),
    code: z.string().refine((code) => FAILURE_CODES.includes(code), 'is not the code of a failure'),
    /** Id of the last video of the previous page. */
    after: z.uuid().optional(),
    dryRun,
  }),
  /** Moves dead letters back to the queue that they come from, as many as fit into one call. */
  z.object({ type: z.literal('queue'), queue: z.enum(REDRIVE_QUEUES), dryRun }),
]);
export type RedriveRequest = z.infer<typeof redriveRequestSchema>;

/** Outcome for one video. */
export const redrivenVideoSchema = z.object({
  videoId: z.uuid(),
  key: z.string(),
  /** End code of its newest upload; null if that did not fail. */
  code: z.string().nullable(),
  outcome: z.enum(['retried', 'would_retry', 'running', 'not_failed', 'replaced', 'not_found']),
});
export type RedrivenVideo = z.infer<typeof redrivenVideoSchema>;

/** A dead letter that was moved, or would be. */
const deadLetterSchema = z.object({
  messageId: z.string(),
  /** Type of the message, or the kind of event. */
  about: z.string(),
  /** ISO 8601. */
  sentAt: z.iso.datetime(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const redriveResponseSchema = z.union([
  z.object({
    type: z.literal('videos'),
    videos: z.array(redrivenVideoSchema),
    /** Present if more pages follow. */
    next: z.uuid().optional(),
  }),
  z.object({
    type: z.literal('dead-letters'),
    letters: z.array(deadLetterSchema),
    /** Dead letters of other queues that share the dead-letter queue, which stay. */
    others: z.number().int().nonnegative(),
    /** Dead letters that a function holds just now, so that they could not be moved. */
    inFlight: z.number().int().nonnegative(),
    /** Whether the call ended before it had seen the whole queue. */
    hasMore: z.boolean(),
  }),
  /** Returned, not thrown, so that the caller can act on it. */
  z.object({ type: z.literal('refusal'), message: z.string() }),
]);
export type RedriveResponse = z.infer<typeof redriveResponseSchema>;
