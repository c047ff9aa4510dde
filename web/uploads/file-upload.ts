import { batch, computed, signal } from '@preact/signals';
import type { NewUpload } from '../../lambdas/contracts/api/upload.ts';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { ApiProblemError, toApiProblem, makeLocalProblem } from '../api/api-problem.ts';
import { createUpload, deleteVideo } from '../api/operations.ts';
import { pollSoon } from '../feed/feed.ts';
import { Semaphore } from './semaphore.ts';
import { RateMeter, estimateSecondsLeft } from './rate-meter.ts';
import { forgetUpload, isSameFile, saveUploads, type SavedUpload } from './saved-uploads.ts';
import { transfer } from './transfer.ts';
import { UploadLock } from './upload-lock.ts';

/**
 * Phase of an upload: `waiting` for a slot, `sending`, `finishing` once all bytes have arrived, `sent`; `failed` with an
 * error; `paused` while signed out; `interrupted` when the page was closed, so that the file must be chosen again;
 * `canceling` until the stored parts are deleted.
 */
export type UploadPhase =
  | 'waiting'
  | 'sending'
  | 'finishing'
  | 'sent'
  | 'failed'
  | 'paused'
  | 'interrupted'
  | 'canceling';

/** Stored data of an upload that another page started. */
interface StoredUpload {
  readonly storedBytes?: number;
  /** Present once the upload is complete. */
  readonly video?: VideoSummary;
}

const concurrentFiles = new Semaphore(3);
const METER_INTERVAL_MS = 1000;

/** Returns the content type for S3, which the chain ignores: it reads the bytes. */
function contentTypeOf({ type }: File): Pick<NewUpload, 'contentType'> {
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? { contentType: type } : {};
}

/** Upload of one file to the bucket, as the tray shows it. */
export class FileUpload {
  readonly key: string;
  readonly ownerId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly phase = signal<UploadPhase>('interrupted');
  readonly sentBytes = signal(0);
  readonly bytesPerSecond = signal<number | null>(null);
  readonly videoId = signal<string | null>(null);
  /** The video that the upload became. */
  readonly video = signal<VideoSummary | null>(null);
  readonly error = signal<ApiProblemError | null>(null);
  /** 0 to 1. */
  readonly fraction = computed(() => (this.sizeBytes === 0 ? 0 : Math.min(1, this.sentBytes.value / this.sizeBytes)));
  readonly secondsLeft = computed(() =>
    estimateSecondsLeft(this.sizeBytes - this.sentBytes.value, this.bytesPerSecond.value),
  );
  readonly active = computed(() => ['waiting', 'sending', 'finishing'].includes(this.phase.value));
  /** Whether leaving the page would lose the file, so that it must be chosen again. */
  readonly needsPage = computed(() => this.active.value || this.phase.value === 'paused');

  readonly #lock: UploadLock;
  #record: SavedUpload;
  #file: File | undefined;
  /** Whether a request to create the upload was sent whose response may be missing. */
  #mayExist = false;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(record: SavedUpload, { storedBytes = 0, video }: StoredUpload = {}) {
    this.#record = record;
    this.#lock = new UploadLock(record.key);
    this.key = record.key;
    this.ownerId = record.ownerId;
    this.fileName = record.fileName;
    this.sizeBytes = record.sizeBytes;
    this.videoId.value = record.videoId;
    this.sentBytes.value = storedBytes;
    if (video !== undefined) {
      this.phase.value = 'sent';
      this.video.value = video;
    }
  }

  /** Returns whether this is the file of the interrupted upload. */
  matches(file: File): boolean {
    return this.phase.value === 'interrupted' && isSameFile(this.#record, file);
  }

  /**
   * Starts or resumes the upload.
   *
   * @param file the file of a new upload, or the one chosen again for an interrupted upload
   */
  start(file?: File): void {
    if (file !== undefined) this.#file = file;
    const chosen = this.#file;
    const stop = new AbortController();
    this.#stop = stop;
    batch(() => {
      this.error.value = this.sizeBytes === 0 ? makeLocalProblem('empty_file', 'The file is empty.') : null;
      if (this.error.value !== null) this.phase.value = 'failed';
      else this.phase.value = chosen === undefined ? 'interrupted' : 'waiting';
    });
    if (chosen === undefined || !this.active.value) return;
    this.#lock.hold();
    this.#running = this.#run(chosen, stop.signal);
  }

  /** Stops sending and keeps the stored parts, until `start` is called again. */
  pause(): void {
    if (!this.active.value) return;
    this.#stop.abort();
    this.phase.value = 'paused';
  }

  /**
   * Cancels the upload and deletes its stored parts and its video.
   *
   * @throws ApiProblemError if the deletion failed; the upload can then be canceled again or resumed
   */
  async cancel(): Promise<void> {
    this.#stop.abort();
    batch(() => {
      this.phase.value = 'canceling';
      this.error.value = null;
    });
    await this.#running;
    try {
      const videoId = this.#record.videoId ?? (await this.#findCreated());
      if (videoId !== null) await ensureVideoDeleted(videoId);
    } catch (error) {
      batch(() => {
        this.error.value = toApiProblem(error);
        this.phase.value = 'failed';
      });
      throw error;
    }
    this.forget();
    pollSoon();
  }

  /** Releases the lock, so that another page may resume the upload. */
  release(): void {
    this.#lock.release();
  }

  /** Removes the saved record, so that no page resumes the upload. */
  forget(): void {
    forgetUpload(this.key);
    this.release();
  }

  /** Finds the upload of a request whose response is missing: repeating the request returns the upload that it created. */
  async #findCreated(): Promise<string | null> {
    if (!this.#mayExist || this.#file === undefined) return null;
    const { videoId } = await createUpload(this.#newUpload(this.#file), this.key);
    return videoId;
  }

  #newUpload(file: File): NewUpload {
    const { fileName, sizeBytes, visibility } = this.#record;
    return { fileName, sizeBytes, visibility, ...contentTypeOf(file) };
  }

  async #run(file: File, abortSignal: AbortSignal): Promise<void> {
    try {
      await concurrentFiles.use(() => this.#transfer(file, abortSignal), abortSignal);
    } catch (reason) {
      if (abortSignal.aborted) return;
      const error = toApiProblem(reason);
      // A rejected request has created nothing.
      if (error.status >= 400 && error.status < 500) this.#mayExist = false;
      batch(() => {
        this.error.value = error;
        this.phase.value = 'failed';
        this.bytesPerSecond.value = null;
      });
    }
  }

  async #transfer(file: File, abortSignal: AbortSignal): Promise<void> {
    const meter = new RateMeter();
    const measure = (): void => {
      this.bytesPerSecond.value = meter.bytesPerSecond(performance.now());
    };
    // Updates the rate even while no bytes are sent.
    const interval = setInterval(measure, METER_INTERVAL_MS);
    this.phase.value = 'sending';
    this.#mayExist = this.#record.uploadId === null;
    try {
      const video = await transfer({
        file,
        uploadId: this.#record.uploadId,
        newUpload: this.#newUpload(file),
        idempotencyKey: this.key,
        signal: abortSignal,
        onCreated: ({ id, videoId, expiresAt }) => {
          this.#record = { ...this.#record, uploadId: id, videoId, expiresAt };
          this.videoId.value = videoId;
          saveUploads([this.#record]);
          pollSoon();
        },
        onProgress: (sentBytes) => {
          if (abortSignal.aborted) return;
          meter.record(performance.now(), sentBytes);
          batch(() => {
            this.sentBytes.value = sentBytes;
            measure();
          });
        },
        onSent: () => {
          if (!abortSignal.aborted) this.phase.value = 'finishing';
        },
      });
      if (abortSignal.aborted) return;
      batch(() => {
        this.video.value = video;
        this.phase.value = 'sent';
      });
    } finally {
      clearInterval(interval);
    }
    this.forget();
    pollSoon();
  }
}

/** Deletes a video; succeeds if it is already deleted. */
async function ensureVideoDeleted(videoId: string): Promise<void> {
  try {
    await deleteVideo(videoId);
  } catch (error) {
    if (!(error instanceof ApiProblemError) || error.status !== 404) throw error;
  }
}
