import { eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { revisions, settledChanges, videos } from '../schema/index.ts';
import type { RevisionStatus } from '../schema/revision-status.ts';

/** Stream at the permanent address of a video. */
export type PlayedRevision =
  | { readonly kind: 'source'; readonly revision: number }
  | { readonly kind: 'encode'; readonly revision: number; readonly attemptId: string };

/** Content that the catalog demands of a video's pointer. */
export interface PointerState {
  /** Raised with every change of the state. */
  readonly number: number;
  readonly isWithdrawn: boolean;
  /** Null if nothing may be played. */
  readonly target: PlayedRevision | null;
  /** Played while the objects of the target are missing. */
  readonly previous: PlayedRevision | null;
  /** Number of the last pointer that was written; null before the first. */
  readonly writtenNumber: number | null;
}

/** Statuses of a revision whose source must not be played. */
const UNPLAYABLE: ReadonlySet<RevisionStatus> = new Set(['rejected', 'deleted']);

const current = alias(revisions, 'current');
const source = alias(revisions, 'source');

/** Returns the content that a video's pointer must have, or undefined if the video does not exist. A deleted one has no target. */
export async function findPointerState(database: CatalogDatabase, videoId: string): Promise<PointerState | undefined> {
  const [row] = await database
    .select({
      number: videos.pointerNumber,
      withdrawnAt: videos.withdrawnAt,
      status: videos.status,
      current: { number: current.number, status: current.status, attemptId: current.attemptId },
      source: { number: source.number, status: source.status },
      writtenNumber: settledChanges.pointer,
    })
    .from(videos)
    .leftJoin(current, eq(current.id, videos.currentRevisionId))
    .leftJoin(source, eq(source.id, videos.justInTimeRevisionId))
    .leftJoin(settledChanges, eq(settledChanges.videoId, videos.id))
    .where(eq(videos.id, videoId));
  if (row === undefined) return undefined;
  const { number, writtenNumber } = row;
  const isWithdrawn = row.withdrawnAt !== null;
  if (isWithdrawn || row.status === 'deleted') return { number, isWithdrawn, target: null, previous: null, writtenNumber };
  const encode: PlayedRevision | null =
    row.current?.status === 'ready' && row.current.attemptId !== null
      ? { kind: 'encode', revision: row.current.number, attemptId: row.current.attemptId }
      : null;
  const played: PlayedRevision | null =
    row.source === null || UNPLAYABLE.has(row.source.status) ? null : { kind: 'source', revision: row.source.number };
  const isEncodeNewer = encode !== null && (played === null || encode.revision >= played.revision);
  const [target, other] = isEncodeNewer ? [encode, played] : [played, encode];
  // An older source than the renditions may be gone.
  const previous = isEncodeNewer && other?.revision !== encode.revision ? null : other;
  return { number, isWithdrawn, target, previous, writtenNumber };
}

/** Records that the pointer of a video was written. */
export async function recordPointer(database: CatalogDatabase, videoId: string, number: number): Promise<void> {
  await database
    .insert(settledChanges)
    .values({ videoId, pointer: number })
    .onConflictDoUpdate({
      target: settledChanges.videoId,
      set: { pointer: sql`greatest(${settledChanges.pointer}, excluded.pointer)` },
    });
}

