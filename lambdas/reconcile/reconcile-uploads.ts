import { listExpiredUploads, removeUpload } from '../../catalog/uploads/remove-upload.ts';
import type { Run } from './context.ts';
import { countExamined, recordFinding } from './findings.ts';

/** Expired uploads that one run looks at. */
const MAX_EXPIRED = 500;

/**
 * Removes expired uploads. The bucket has aborted their parts at the same age. If the same run found sources that nobody
 * registered, one of them may belong to such an upload; the next run removes the others.
 */
export async function reconcileUploads(run: Run): Promise<undefined> {
  const expired = await listExpiredUploads(run.database, run.now(), MAX_EXPIRED);
  countExamined(run, 'expired uploads', expired.length);
  if (run.report.findings.source_unregistered !== undefined) return;
  for (const id of expired) await recordFinding(run, 'upload_expired', id, () => removeUpload(run.database, id));
}
