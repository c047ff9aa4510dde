import type { CompletionMessage } from '../contracts/completion-messages.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

/** Longest delay that SQS offers, and far longer than a step that has already begun can run. */
const SWEEP_AFTER_SECONDS = 900;

/**
 * Has completion cancel the job of a revision that was ended while in progress, and remove its output, now and again later:
 * an encoder or a step that is still running may keep writing. The delayed message is sent first, so that a crash in between
 * cannot skip it.
 */
export async function sweepRevision(
  sendToCompletion: SendToQueue<CompletionMessage>,
  revisionId: string,
): Promise<void> {
  await sendToCompletion({ type: 'revision-ended', revisionId }, SWEEP_AFTER_SECONDS);
  await sendToCompletion({ type: 'revision-ended', revisionId });
}
