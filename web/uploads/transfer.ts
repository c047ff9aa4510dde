import type { NewUpload, PresignedRequest, Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { createAttemptCounter, backoffMs, MAX_UPLOAD_ATTEMPTS } from '../api/retry-policy.ts';
import { pause } from '../api/pause.ts';
import { ApiProblemError, makeLocalProblem } from '../api/api-problem.ts';
import { createUpload, completeUpload, getUpload } from '../api/operations.ts';
import { toUploadOutcome } from './upload-outcome.ts';
import { PartUrlSource } from './part-urls.ts';
import { listMissingParts, countStoredBytes, type Part } from './parts.ts';
import { Semaphore } from './semaphore.ts';
import { sendBytes } from './send-bytes.ts';

/** Parts of one file that are sent at the same time. */
const CONCURRENT_PARTS = 4;
/** Number of times that a file is sent: another request may conflict with its assembly, which needs all parts again. */
const MAX_SENDINGS = 3;
/** Shared by all files: browsers open at most six connections to one host over HTTP/1.1. */
const connections = new Semaphore(6);

export interface Transfer {
  readonly file: File;
  /** Upload to resume, null to create one. */
  readonly uploadId: string | null;
  readonly newUpload: NewUpload;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  onCreated(upload: Upload): void;
  /** Called with the bytes sent of the whole file; lower than before when a part restarts. */
  onProgress(sentBytes: number): void;
  /** Called when all bytes have arrived and the upload is about to be completed. */
  onSent(): void;
}

/** Sends a blob, retrying through outages of any length and a limited number of rejections. */
async function sendWithRetries(
  bytes: Blob,
  presign: (renew: boolean) => Promise<PresignedRequest>,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const countAttempt = createAttemptCounter();
  let request = await presign(false);
  for (;;) {
    const presigned = request;
    const status = await connections.use(() => sendBytes(presigned, bytes, onProgress, signal), signal);
    const outcome = toUploadOutcome(status);
    if (outcome === 'sent') return;
    onProgress(0);
    const attempts = countAttempt({ status });
    if (outcome === 'rejected' || (status !== 0 && attempts >= MAX_UPLOAD_ATTEMPTS)) {
      throw makeLocalProblem('storage_refused', `The storage responded with status ${status}.`);
    }
    await pause(backoffMs(attempts), { signal, untilOnline: status === 0 });
    if (outcome === 'retry-with-new-url') request = await presign(true);
  }
}

async function sendSingle(job: Transfer, upload: Upload & { method: 'single' }): Promise<void> {
  const presign = async (renew: boolean): Promise<PresignedRequest> => {
    if (!renew) return upload.request;
    const renewed = await getUpload(upload.id, job.signal);
    return renewed.method === 'single' ? renewed.request : upload.request;
  };
  await sendWithRetries(job.file, presign, (sent) => job.onProgress(sent), job.signal);
}

async function sendParts(job: Transfer, upload: Upload & { method: 'multipart' }): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const urls = new PartUrlSource(upload.id, signal);
  const queue = listMissingParts(upload);
  let arrived = countStoredBytes(upload);
  const inProgress = new Map<number, number>();
  const report = (): void => job.onProgress([...inProgress.values()].reduce((sum, sent) => sum + sent, arrived));

  const send = async (part: Part): Promise<void> => {
    const presign = (): Promise<PresignedRequest> =>
      urls.take(part.partNumber, queue.map(({ partNumber }) => partNumber));
    await sendWithRetries(
      job.file.slice(part.beginBytes, part.endBytes),
      presign,
      (sent) => {
        inProgress.set(part.partNumber, sent);
        report();
      },
      signal,
    );
    inProgress.delete(part.partNumber);
    arrived += part.endBytes - part.beginBytes;
    report();
  };
  const work = async (): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) await send(part);
  };

  report();
  try {
    await Promise.all(Array.from({ length: CONCURRENT_PARTS }, work));
  } catch (error) {
    // A part that cannot be sent stops the others.
    stop.abort(error);
    throw error;
  }
}

/**
 * Uploads one file: creates the upload, sends the bytes and completes it. An upload that is already complete, through
 * another window or a request whose response was lost, counts as sent.
 *
 * @throws ApiProblemError
 */
export async function transfer(job: Transfer): Promise<Video> {
  let { uploadId } = job;
  for (let sendings = 1; ; sendings += 1) {
    try {
      const upload = await (uploadId === null
        ? createUpload(job.newUpload, job.idempotencyKey, job.signal)
        : getUpload(uploadId, job.signal));
      uploadId = upload.id;
      job.onCreated(upload);
      await (upload.method === 'single' ? sendSingle(job, upload) : sendParts(job, upload));
    } catch (error) {
      if (uploadId === null || !hasCode(error, 'upload_completed')) throw error;
    }
    job.onSent();
    try {
      return await completeUpload(uploadId, job.signal);
    } catch (error) {
      if (sendings === MAX_SENDINGS || !hasCode(error, 'upload_incomplete')) throw error;
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiProblemError && error.code === code;
}
