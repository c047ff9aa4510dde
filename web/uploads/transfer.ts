import type { NewUpload, Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { attemptCounter, backoffMs, MAX_UPLOAD_ATTEMPTS } from '../api/retry-policy.ts';
import { pause } from '../api/pause.ts';
import { ApiProblemError, localProblem } from '../api/api-problem.ts';
import { createUpload, completeUpload, getUpload } from '../api/operations.ts';
import { uploadOutcome } from './upload-outcome.ts';
import { PartUrlSource } from './part-urls.ts';
import { missingParts, storedBytes, type Part } from './parts.ts';
import { Semaphore } from './semaphore.ts';
import { sendBytes, type PresignedRequest } from './send-bytes.ts';

/** Of one file. */
const CONCURRENT_PARTS = 4;
/** Of all files together: browsers open no more connections to one host over HTTP/1.1. */
const connections = new Semaphore(6);

export interface Transfer {
  readonly file: File;
  /** Of the upload to go on with, null to announce a new one. */
  readonly uploadId: string | null;
  readonly newUpload: NewUpload;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  onCreated(upload: Upload): void;
  /** Of the whole file; less than before when a part begins again. */
  onProgress(sentBytes: number): void;
  /** All bytes have arrived; what is left is to say so. */
  onSent(): void;
}

/** Sends one piece until it has arrived, through outages of any length, or until it was refused too often. */
async function sendWithRetries(
  bytes: Blob,
  address: (again: boolean) => Promise<PresignedRequest>,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const count = attemptCounter();
  let request = await address(false);
  for (;;) {
    const presigned = request;
    const status = await connections.use(() => sendBytes(presigned, bytes, onProgress, signal), signal);
    const fate = uploadOutcome(status);
    if (fate === 'sent') return;
    onProgress(0);
    const tries = count({ status });
    if (fate === 'refused' || (status !== 0 && tries >= MAX_UPLOAD_ATTEMPTS)) {
      throw localProblem('storage_refused', `The storage answered ${status}.`);
    }
    await pause(backoffMs(tries), { signal, untilOnline: status === 0 });
    if (fate === 'again-with-new-url') request = await address(true);
  }
}

async function sendWhole(job: Transfer, upload: Upload & { method: 'single' }): Promise<void> {
  const again = async (): Promise<PresignedRequest> => {
    const renewed = await getUpload(upload.id, job.signal);
    return renewed.method === 'single' ? renewed.request : upload.request;
  };
  const address = (renew: boolean): Promise<PresignedRequest> => (renew ? again() : Promise.resolve(upload.request));
  await sendWithRetries(job.file, address, (sent) => job.onProgress(sent), job.signal);
}

async function sendParts(job: Transfer, upload: Upload & { method: 'multipart' }): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const urls = new PartUrlSource(upload.id, signal);
  const queue = missingParts(upload);
  let arrived = storedBytes(upload);
  const underWay = new Map<number, number>();
  const report = (): void => job.onProgress([...underWay.values()].reduce((sum, sent) => sum + sent, arrived));

  const send = async (part: Part): Promise<void> => {
    const address = (): Promise<PresignedRequest> =>
      urls.take(part.partNumber, queue.map(({ partNumber }) => partNumber));
    await sendWithRetries(
      job.file.slice(part.beginBytes, part.endBytes),
      address,
      (sent) => {
        underWay.set(part.partNumber, sent);
        report();
      },
      signal,
    );
    underWay.delete(part.partNumber);
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
    // One part that cannot be sent stops the others.
    stop.abort(error);
    throw error;
  }
}

/**
 * Brings one file into the bucket, from its announcement to its completion. What turns out to be complete already, by
 * another window or by a request whose answer was lost, has arrived.
 *
 * @throws ProblemError
 */
export async function transfer(job: Transfer): Promise<Video> {
  let { uploadId } = job;
  try {
    const upload = await (uploadId === null
      ? createUpload(job.newUpload, job.idempotencyKey, job.signal)
      : getUpload(uploadId, job.signal));
    uploadId = upload.id;
    job.onCreated(upload);
    await (upload.method === 'single' ? sendWhole(job, upload) : sendParts(job, upload));
  } catch (error) {
    if (uploadId === null || !(error instanceof ApiProblemError) || error.code !== 'upload_completed') throw error;
  }
  job.onSent();
  return completeUpload(uploadId, job.signal);
}
