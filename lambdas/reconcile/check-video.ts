import { findReconciledVideo, type ReconciledVideo } from '../../catalog/reconciliation/list-reconciled-videos.ts';
import { isSettled, type Run } from './context.ts';
import { recordFinding } from './findings.ts';

/**
 * Checks that a withdrawal, a publication or a deletion of a video has taken effect, and sends its message again if not. The
 * message says nothing that the catalog does not.
 *
 * @param hasObjects whether the output bucket holds objects of the video
 */
export async function checkVideo(run: Run, listed: ReconciledVideo, hasObjects: boolean): Promise<void> {
  if (!isSettled(run, listed.changedAt)) return;
  if (listed.status !== 'deleted') {
    const { id: videoId, withdrawnAt, publication } = listed;
    if (listed.settledPublication < publication)
      await recordFinding(run, 'withdrawal_unsettled', videoId, () =>
        run.sendWithdrawal({ type: 'publication', videoId, withdrawn: withdrawnAt !== null, publication }),
      );
    // A withdrawal writes the pointer too.
    else if (isPointerBehind(listed)) await recordFinding(run, 'pointer_behind', videoId, () => run.sendWithdrawal({ type: 'tags-disagree', videoId }));
    return;
  }
  if (!isHalfRemoved(listed, hasObjects)) return;
  // Its removal may have ended since its page was read.
  const video = await findReconciledVideo(run.database, listed.id);
  if (video?.status !== 'deleted' || !isHalfRemoved(video, hasObjects)) return;
  const lastRevision = video.revisions.at(-1)?.number ?? 0;
  await recordFinding(run, 'removal_unfinished', video.id, () => run.sendRemoval({ videoId: video.id, lastRevision }));
}

/** Returns whether a pointer was not written, or is older than what the catalog says. A video without renditions may need none. */
function isPointerBehind({ pointerNumber, settledPointer, currentRevisionId, justInTimeRevisionId }: ReconciledVideo): boolean {
  if (settledPointer === null) return (currentRevisionId ?? justInTimeRevisionId) !== null;
  return settledPointer < pointerNumber;
}

/**
 * Returns whether a deleted video still has data that a removal clears. Canceled and expired uploads are never removed by one;
 * they had no objects, and lost their title in the statement that marked them.
 */
function isHalfRemoved({ title, revisions, removedThrough }: ReconciledVideo, hasObjects: boolean): boolean {
  const isRemoved = removedThrough !== null && removedThrough >= (revisions.at(-1)?.number ?? 0);
  return !isRemoved && (title !== '' || hasObjects || revisions.some(({ etag }) => etag !== null));
}
