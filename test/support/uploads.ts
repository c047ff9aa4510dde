import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { ENDED_STATUSES, REVISION_STATUSES } from '../../catalog/schema/revision-status.ts';
import { queryCatalog } from './query-catalog.ts';
import type { CloudClients } from './shared-cloud.ts';

const rowSchema = z.object({
  videoId: z.uuid(),
  revisionId: z.uuid(),
  revision: z.number(),
  attemptId: z.string().nullable(),
  jobId: z.string().nullable(),
  status: z.enum(REVISION_STATUSES),
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** Codes in alphabetical order, each once. */
  warnings: z.string().transform((codes) => codes.split(' ').filter((code) => code !== '')),
});
export type UploadState = z.infer<typeof rowSchema>;

/** Reads the revision of one object version from the catalog; undefined before it is registered. */
export async function readUploadState(
  cloud: CloudClients,
  key: string,
  versionId: string,
): Promise<UploadState | undefined> {
  const rows = await queryCatalog(
    cloud,
    `select v.id::text as "videoId", r.id::text as "revisionId", r.number as "revision",
            r.attempt_id as "attemptId", r.job_id as "jobId", r.status, r.code, r.message,
            (select coalesce(string_agg(distinct warning->>'code', ' '), '')
               from jsonb_array_elements(r.warnings) as warning) as "warnings"
       from revisions r join videos v on v.id = r.video_id
      where v.bucket = :bucket and v.key = :key and r.version_id = :version`,
    { bucket: cloud.sourceBucket, key, version: versionId },
  );
  return z.array(rowSchema).parse(rows)[0];
}

const POLL_MS = 100;

/** Waits until an upload has ended in any status. The test's own timeout is the limit. */
export async function waitForEnd(cloud: CloudClients, key: string, versionId: string): Promise<UploadState> {
  for (;;) {
    const upload = await readUploadState(cloud, key, versionId);
    if (upload !== undefined && ENDED_STATUSES.has(upload.status)) return upload;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Puts an object into the source bucket and returns its version id. */
export async function putSource(cloud: CloudClients, key: string, body: Uint8Array): Promise<string> {
  const { VersionId: versionId } = await cloud.s3.send(
    new PutObjectCommand({ Bucket: cloud.sourceBucket, Key: key, Body: body }),
  );
  if (versionId === undefined) throw new Error('The source bucket is not versioned');
  return versionId;
}
