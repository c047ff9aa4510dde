import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { RECONCILIATION_KEY } from '../contracts/output-layout.ts';
import { PHASES, type ReconcileResponse, reconciliationSchema } from '../contracts/reconciliation.ts';

export const runStateSchema = z.object({
  running: z
    .object({
      report: reconciliationSchema,
      removeUnknown: z.boolean(),
      phase: z.enum(PHASES),
      /** Where the phase continues. */
      cursor: z.string().optional(),
      /** Errors in a row that will pass. */
      failures: z.number().int().nonnegative(),
      /** Number of the write, so that each has another ETag. */
      writes: z.number().int().nonnegative(),
      /** ISO 8601. */
      updatedAt: z.iso.datetime(),
    })
    .optional(),
  last: reconciliationSchema.optional(),
});
export type RunState = z.infer<typeof runStateSchema>;

/** Returns a state as the reconciler reports it. */
export function reportState({ running, last }: RunState): ReconcileResponse {
  return { ...(running && { running: { ...running.report, phase: running.phase } }), ...(last && { last }) };
}

/** State with the ETag of the object that holds it. */
export interface StoredState {
  readonly state: RunState;
  /** Undefined if no run was ever started. */
  readonly etag: string | undefined;
}

/** Another invocation has written the state: it goes on with the run, or has started one. */
export class RunTakenError extends Error {
  override readonly name = 'RunTakenError';
  readonly code = 'run_taken';
  readonly retryable = false;
}

/**
 * Run in progress and last report, as an object of the output bucket: reading it resumes no paused catalog, and conditional
 * writes keep two invocations from going on with one run.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class RunStateStore {
  readonly #s3: S3Client;
  readonly #object: { readonly Bucket: string; readonly Key: string };

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#object = { Bucket: bucket, Key: RECONCILIATION_KEY };
  }

  async read(): Promise<StoredState> {
    try {
      const { Body, ETag } = await this.#s3.send(new GetObjectCommand(this.#object));
      return { state: runStateSchema.parse(JSON.parse((await Body?.transformToString()) ?? '')), etag: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return { state: {}, etag: undefined };
      throw error;
    }
  }

  /** @param etag that of the state which this one replaces @throws RunTakenError if the object has another one */
  async write(state: RunState, etag: string | undefined): Promise<StoredState> {
    const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    const Body = JSON.stringify(state);
    try {
      const { ETag } = await this.#s3.send(
        new PutObjectCommand({ ...this.#object, ...condition, Body, ContentType: 'application/json' }),
      );
      return { state, etag: ETag };
    } catch (error) {
      if (!(error instanceof S3ServiceException) || ![404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0)) throw error;
      throw new RunTakenError('Another invocation has written the state of the run.', { cause: error });
    }
  }
}
