import type { Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { localError } from '../api/problem.ts';
import { announceUpload, completeUpload, getUpload } from '../api/uploads.ts';
import { fateOfPart, MOST_TRIES } from './back-off.ts';
import { PartUrlSource } from './part-urls.ts';
import { missingParts, storedBytes, type Part } from './parts.ts';
import { persistently, waitForNextTry } from './persistence.ts';
import { Places } from './places.ts';
import { sendBytes, type PresignedRequest } from './send-bytes.ts';

/** Of one file. */
const PARTS_AT_ONCE = 4;
/** Of all files together: browsers open no more connections to one host over HTTP/1.1. */
const connections = new Places(6);

export interface Transfer {
  readonly file: File;
  /** Of the upload to go on with, null to announce a new one. */
  readonly uploadId: string | null;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  onAnnounced(upload: Upload): void;
  /** Of the whole file; less than before when a part begins again. */
  onProgress(sentBytes: number): void;
  /** All bytes have arrived; what is left is to say so. */
  onSent(): void;
}

/** Sends one piece until it has arrived, or nothing helps. */
const sendPiece = async (
  bytes: Blob,
  address: (again: boolean) => Promise<PresignedRequest>,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  let request = await address(false);
  for (let tries = 1; ; tries++) {
    const presigned = request;
    const status = await connections.use(() => sendBytes(presigned, bytes, onProgress, signal), signal);
    const fate = fateOfPart(status);
    if (fate === 'sent') return;
    onProgress(0);
    if (fate === 'refused' || tries >= MOST_TRIES) {
      throw localError(status === 0 ? 'offline' : 'storage_refused', `The storage answered ${status}.`);
    }
    await waitForNextTry(tries, signal);
    if (fate === 'again-with-new-url') request = await address(true);
  }
};

const sendWhole = async (job: Transfer, upload: Upload & { method: 'single' }): Promise<void> => {
  const again = async (): Promise<PresignedRequest> => {
    const renewed = await persistently(() => getUpload(upload.id, job.signal), job.signal);
    return renewed.method === 'single' ? renewed.request : upload.request;
  };
  const address = (renew: boolean): Promise<PresignedRequest> => (renew ? again() : Promise.resolve(upload.request));
  await sendPiece(job.file, address, (sent) => job.onProgress(sent), job.signal);
};

const sendParts = async (job: Transfer, upload: Upload & { method: 'multipart' }): Promise<void> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const urls = new PartUrlSource(upload.id, signal);
  const queue = missingParts(upload);
  let arrived = storedBytes(upload);
  const underWay = new Map<number, number>();
  const report = (): void => job.onProgress([...underWay.values()].reduce((sum, sent) => sum + sent, arrived));

  const send = async (part: Part): Promise<void> => {
    const address = (): Promise<PresignedRequest> =>
      persistently(() => urls.take(part.partNumber, queue.map(({ partNumber }) => partNumber)), signal);
    await sendPiece(
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
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
  } catch (error) {
    // One part that cannot be sent stops the others.
    stop.abort(error);
    throw error;
  }
};

const begin = ({ uploadId, file, idempotencyKey, signal }: Transfer): Promise<Upload> =>
  persistently(
    () =>
      uploadId === null
        ? announceUpload(
            {
              fileName: file.name,
              sizeBytes: file.size,
              // What S3 is told; the chain looks at the bytes and not at this.
              ...(/^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? { contentType: file.type } : {}),
            },
            idempotencyKey,
            signal,
          )
        : getUpload(uploadId, signal),
    signal,
  );

/** Brings one file into the bucket, from its announcement to its completion. */
export const transfer = async (job: Transfer): Promise<Video> => {
  const upload = await begin(job);
  job.onAnnounced(upload);
  await (upload.method === 'single' ? sendWhole(job, upload) : sendParts(job, upload));
  job.onSent();
  return persistently(() => completeUpload(upload.id, job.signal), job.signal);
};
