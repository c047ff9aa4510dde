import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { jobRecordSchema } from '../local/mediaconvert/job-record.ts';
import { queryCatalog } from '../test/support/catalog-query.ts';
import type { BenchCloud } from './cloud.ts';

/** The way of one upload; all in milliseconds since the epoch. */
export interface UploadTimes {
  readonly videoId: string;
  /** The bucket had answered. */
  readonly put: number;
  /** MediaConvert had the job, began it, and ended it. */
  readonly submitted: number;
  readonly started: number;
  readonly finished: number;
  /** The catalog said `ready`. */
  readonly ready: number;
}

/** Puts an object into the source bucket. @returns when the bucket had answered */
export async function putSource(cloud: BenchCloud, key: string, body: Uint8Array): Promise<number> {
  await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.sourceBucket, Key: key, Body: body }));
  return Date.now();
}

const rowsSchema = z.array(
  z.object({ videoId: z.string(), jobId: z.string().nullable(), status: z.string(), endedAt: z.number() }),
);

/** Seldom enough not to slow down what is measured: the catalog itself says when it was. */
const POLL_MS = 150;

/** Waits until an upload of `key` is ready. @throws Error if it ends otherwise */
export async function waitUntilReady(cloud: BenchCloud, key: string, putAt: number): Promise<UploadTimes> {
  const { videoId, jobId, status, endedAt } = await waitUntilEnded(cloud, key);
  if (status !== 'ready' || jobId === null) throw new Error(`${key} ended as ${status}`);
  return { videoId, put: putAt, ...(await jobTimes(cloud, jobId)), ready: endedAt };
}

/** Far more than any bench needs, and less than forever: what hangs is a failure of one bench, not the end of all. */
const PATIENCE_MS = 10 * 60_000;

/** Waits until an upload of `key` has ended, however it ends. @throws Error if it does not */
export async function waitUntilEnded(cloud: BenchCloud, key: string): Promise<z.infer<typeof rowsSchema>[number]> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const rows = await queryCatalog(
      cloud,
      `select v.id::text as "videoId", r.job_id as "jobId", r.status,
              (extract(epoch from r.ended_at) * 1000)::double precision as "endedAt"
         from revisions r join videos v on v.id = r.video_id
        where v.key = :key and r.ended_at is not null`,
      { key },
    );
    const [row] = rowsSchema.parse(rows);
    if (row !== undefined) return row;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${key} has not ended after ${PATIENCE_MS / 60_000} minutes`);
}

/** `GetJob` answers whole seconds, as on AWS; the job's record on disk has its milliseconds. */
async function jobTimes(
  { stateDirectory }: BenchCloud,
  jobId: string,
): Promise<Pick<UploadTimes, 'submitted' | 'started' | 'finished'>> {
  const record = await readFile(join(stateDirectory, 'jobs', 'jobs', `${jobId}.json`), 'utf8');
  const { createdAt, startedAt, finishedAt } = jobRecordSchema.parse(JSON.parse(record));
  if (startedAt === undefined || finishedAt === undefined) throw new Error(`Job ${jobId} has not ended`);
  return { submitted: createdAt, started: startedAt, finished: finishedAt };
}
