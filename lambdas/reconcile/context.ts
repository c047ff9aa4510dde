import type { Logger } from '@aws-lambda-powertools/logger';
import type { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { CompletionMessage, JobDeadline } from '../contracts/completion-messages.ts';
import type { Reconciliation } from '../contracts/reconciliation.ts';
import type { RemovalMessage } from '../contracts/removal-message.ts';
import type { UploadMessage } from '../contracts/upload-message.ts';
import type { WithdrawalInbox } from '../contracts/withdrawal-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

/** Services and settings of a run. */
export interface ReconcileServices {
  readonly database: CatalogDatabase;
  readonly s3: S3Client;
  readonly mediaConvert: MediaConvertClient;
  readonly scheduler: SchedulerClient;
  readonly sourceBucket: string;
  readonly outputBucket: string;
  /** Id of this deployment, whose jobs alone are touched. */
  readonly deployment: string;
  readonly encoderQueueArn: string;
  readonly deadlineGroup: string;
  readonly graceGroup: string;
  /** Time for which a superseded revision stays served. */
  readonly graceMinutes: number;
  readonly afterGrace: 'delete' | 'archive';
  readonly sendUpload: SendToQueue<UploadMessage>;
  readonly sendToCompletion: SendToQueue<CompletionMessage | JobDeadline>;
  readonly sendRemoval: SendToQueue<RemovalMessage>;
  readonly sendWithdrawal: SendToQueue<WithdrawalInbox>;
  /** Returns whether the uploads queue holds no message, so that an upload that waits for one waits in vain. */
  readonly isUploadsQueueEmpty: () => Promise<boolean>;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** One run, whose report the phases fill. */
export interface Run extends ReconcileServices {
  readonly report: Reconciliation;
  /** Whether output that the catalog does not know is deleted. */
  readonly removeUnknown: boolean;
}

/** An object of the output bucket. */
export interface OutputObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date | undefined;
}

const HOUR_MS = 3_600_000;

/** Age below which nothing is a finding: work of the chain that is under way finishes within it, or is retried. */
const SETTLING_MS = HOUR_MS;

/** The same for what may still wait in a queue that is not empty. */
const QUEUED_MS = 24 * HOUR_MS;

/** Returns whether something that happened at a time has had time to settle. Nothing that never happened has. */
export function isSettled({ now }: Pick<Run, 'now'>, at: Date | null | undefined): boolean {
  return at != null && now().getTime() - at.getTime() > SETTLING_MS;
}

/** Returns whether a message that was sent at a time is lost: its queue is empty, or it has waited for a day. */
export async function isMessageLost({ now, isUploadsQueueEmpty }: Run, at: Date): Promise<boolean> {
  const ageMs = now().getTime() - at.getTime();
  return ageMs > QUEUED_MS || (ageMs > SETTLING_MS && (await isUploadsQueueEmpty()));
}
