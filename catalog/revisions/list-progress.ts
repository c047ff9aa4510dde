import { asc, eq, gte, notInArray, or } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps, videos } from '../schema/index.ts';
import { ENDED_STATUSES, type RevisionStatus } from '../schema/revision-status.ts';

/** Progress of one upload. */
export interface UploadProgress {
  readonly revisionId: string;
  readonly videoId: string;
  readonly key: string;
  readonly versionId: string | null;
  readonly status: RevisionStatus;
  readonly code: string | null;
  readonly message: string | null;
  readonly createdAt: Date;
  /** Null until the revision has ended. */
  readonly endedAt: Date | null;
  /** Names of the finished steps. */
  readonly stepsDone: readonly string[];
}

/** Lists every upload that has not ended or that ended at `since` or later, oldest first. */
export async function listProgress(database: CatalogDatabase, since: Date): Promise<UploadProgress[]> {
  const rows = await database
    .select({
      revisionId: revisions.id,
      videoId: revisions.videoId,
      key: videos.key,
      versionId: revisions.versionId,
      status: revisions.status,
      code: revisions.code,
      message: revisions.message,
      createdAt: revisions.createdAt,
      endedAt: revisions.endedAt,
      step: steps.step,
      stepStatus: steps.status,
    })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .leftJoin(steps, eq(steps.revisionId, revisions.id))
    .where(or(notInArray(revisions.status, [...ENDED_STATUSES]), gte(revisions.endedAt, since)))
    .orderBy(asc(revisions.createdAt), asc(revisions.id), asc(steps.endedAt));

  const uploads = new Map<string, UploadProgress & { stepsDone: string[] }>();
  for (const { step, stepStatus, ...revision } of rows) {
    const upload = uploads.get(revision.revisionId) ?? { ...revision, stepsDone: [] };
    if (step !== null && stepStatus === 'done') upload.stepsDone.push(step);
    uploads.set(revision.revisionId, upload);
  }
  return [...uploads.values()];
}
