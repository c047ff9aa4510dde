import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { jobRecordSchema } from '../local/mediaconvert/jobs/job-record.ts';
import { queryCatalog } from '../test/support/query-catalog.ts';
import type { BenchCloud } from './cloud.ts';

/** Times of an upload's processing, in milliseconds since the epoch. */
export interface UploadTimes {
  readonly videoId: string;
  /** Time of the bucket's response. */
  readonly put: number;
  /** Times at which MediaConvert received, started and finished the job. */
  readonly submitted: number;
  readonly started: number;
  readonly finished: number;
  /** Time of `ready` in the catalog. */
  readonly ready: number;
}

/** Puts an object into the source bucket. @returns the time of the bucket's response */
export async function putTimedSource(cloud: BenchCloud, key: string, body: Uint8Array): Promise<number> {
  await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.sourceBucket, Key: key, Body: body }));
  return Date.now();
}

const rowsSchema = z.array(
  z.object({ videoId: z.string(), jobId: z.string().nullable(), status: z.string(), endedAt: z.number() }),
);

const rowSchema = z.object({ record: z.string() });

/** Interval long enough not to slow down the chain; exact times come from the catalog. */
const POLL_MS = 150;

/** Waits until the upload of `key` is ready. @throws Error if it ends with another status */
export async function waitUntilReady(cloud: BenchCloud, key: string, putAt: number): Promise<UploadTimes> {
  const { videoId, jobId, status, endedAt } = await waitUntilEnded(cloud, key);
  if (status !== 'ready' || jobId === null) throw new Error(`${key} ended as ${status}`);
  return { videoId, put: putAt, ...jobTimes(cloud, jobId), ready: endedAt };
}

/** Timeout after which one bench fails instead of blocking all. */
const TIMEOUT_MS = 10 * 60_000;

/** Waits until the upload of `key` has ended, with any status. @throws Error after a timeout */
export async function waitUntilEnded(cloud: BenchCloud, key: string): Promise<z.infer<typeof rowsSchema>[number]> {
  for (const until = Date.now() + TIMEOUT_MS; Date.now() < until; ) {
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
  throw new Error(`${key} has not ended after ${TIMEOUT_MS / 60_000} minutes`);
}

/** Reads the job's times from the laptop's database, since `GetJob` returns whole seconds, as on AWS. */
function jobTimes(
  { stateDirectory }: BenchCloud,
  jobId: string,
): Pick<UploadTimes, 'submitted' | 'started' | 'finished'> {
  const database = new DatabaseSync(join(stateDirectory, 'jobs', 'jobs.sqlite'), { readOnly: true });
  try {
    const { record } = rowSchema.parse(database.prepare('SELECT record FROM jobs WHERE id = ?').get(jobId));
    const { createdAt, startedAt, finishedAt } = jobRecordSchema.parse(JSON.parse(record));
    if (startedAt === undefined || finishedAt === undefined) throw new Error(`Job ${jobId} has not ended`);
    return { submitted: createdAt, started: startedAt, finished: finishedAt };
  } finally {
    database.close();
  }
}
