import { and, desc, eq, ne, or, sql } from 'drizzle-orm';
import * as z from 'zod';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { encodeProgress, revisions, uploads, videos } from '../../catalog/schema/index.ts';
import type { StoredVideoStatus } from '../../catalog/schema/video-status.ts';
import { escapeControls } from './columns.ts';

/** A video, and how its newest upload stands. */
interface Candidate {
  readonly id: string;
  readonly key: string;
  readonly status: StoredVideoStatus;
  /** Whether its newest upload or an earlier one can be played. */
  readonly isPlayable: boolean;
  readonly code: string | null;
  readonly message: string | null;
  readonly percent: number | null;
}

/**
 * Finds the newest playable video with an id, an object key or a file name: what follows the last slash of a key, or the
 * name that the file had on the uploader's disk, of which keys keep only some characters.
 *
 * @throws Error if no video can be played, with the state of the newest one
 */
export async function findPlayableVideo(database: CatalogDatabase, idOrKey: string): Promise<string> {
  const candidates = await listCandidates(database, idOrKey);
  const exact = candidates.filter(({ id, key }) => id === idOrKey.toLowerCase() || key === idOrKey);
  return choosePlayable(exact.length > 0 ? exact : candidates, idOrKey);
}

/** @param candidates newest first */
export function choosePlayable(candidates: readonly Candidate[], idOrKey: string): string {
  const playable = candidates.find(({ isPlayable }) => isPlayable);
  if (playable !== undefined) return playable.id;
  const [newest] = candidates;
  throw new Error(newest === undefined ? describeMissing(idOrKey) : `${escapeControls(newest.key)} ${describe(newest)}`);
}

function describeMissing(idOrKey: string): string {
  return `No video has the id, key or file name ${escapeControls(idOrKey)}. npm start prints both for each upload.`;
}

function describe({ id, status, code, message, percent }: Candidate): string {
  switch (status) {
    case 'rejected':
    case 'failed':
      return `cannot be played, since its upload ended as ${status}: ${code}: ${message} See docs/errors.md#${code}.`;
    case 'transcoding':
      return `is not ready yet: ${status}, ${percent ?? 0}%. npm start shows its progress; its id is ${id}.`;
    default:
      return `is not ready yet: ${status}. npm start shows its progress; its id is ${id}.`;
  }
}

function listCandidates(database: CatalogDatabase, idOrKey: string): Promise<Candidate[]> {
  const isId = z.uuid().safeParse(idOrKey).success;
  // A Mac stores file names decomposed, and shells pass them on as they were typed.
  const key = sql`normalize(${videos.key}, NFC)`;
  const wanted = sql`normalize(${idOrKey}, NFC)`;
  return database
    .select({
      id: videos.id,
      key: videos.key,
      status: videos.status,
      isPlayable: sql<boolean>`${videos.currentRevisionId} is not null or ${videos.justInTimeRevisionId} is not null`,
      code: revisions.code,
      message: revisions.message,
      percent: sql<number | null>`greatest(${revisions.percent}, ${encodeProgress.percent})`,
    })
    .from(videos)
    .leftJoin(revisions, eq(revisions.id, videos.latestRevisionId))
    .leftJoin(encodeProgress, eq(encodeProgress.revisionId, revisions.id))
    .leftJoin(uploads, eq(uploads.videoId, videos.id))
    .where(
      and(
        ne(videos.status, 'deleted'),
        or(
          sql`${key} = ${wanted}`,
          sql`right(${key}, length(${wanted}) + 1) = '/' || ${wanted}`,
          sql`normalize(${uploads.fileName}, NFC) = ${wanted}`,
          ...(isId ? [eq(videos.id, idOrKey)] : []),
        ),
      ),
    )
    .orderBy(desc(videos.id));
}
