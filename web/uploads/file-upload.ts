import { batch, computed, signal, type Signal } from '@preact/signals';
import { titleOf } from '../../lambdas/contracts/api/text-rules.ts';
import type { NewUpload } from '../../lambdas/contracts/api/upload.ts';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { ApiProblemError, toApiProblem, makeLocalProblem } from '../api/api-problem.ts';
import { changeVideo, createUpload, deleteVideo, getUpload } from '../api/operations.ts';
import { pollSoon } from '../feed/feed.ts';
import { chooseNewerVideo } from '../video/choose-newer-video.ts';
import { Semaphore } from './semaphore.ts';
import { RateMeter, estimateSecondsLeft } from './rate-meter.ts';
import { forgetUpload, isSameFile, saveUploads, type DetailsChange, type SavedUpload } from './saved-uploads.ts';
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
  /** Whether another page may have created it and was closed before the response. */
  readonly mayExist?: boolean;
  /** Present once the upload is complete. */
  readonly video?: VideoSummary;
}

const concurrentFiles = new Semaphore(3);
const METER_INTERVAL_MS = 1000;
/**
 * Interval at which the API is told that the file is still being sent: the parts go to the bucket, so that the API would
 * otherwise hear nothing for longer than `MAX_SILENCE_MS` on a slow connection.
 */
const ACTIVITY_INTERVAL_MS = 2 * 60_000;

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
  /** Whether the browser has stored the record, so that the upload can resume after this page was closed. */
  readonly kept = signal(true);
  /** Error of a change that was made before the video existed. */
  readonly changeError = signal<ApiProblemError | null>(null);
  /** Title of the video, as chosen here or elsewhere. */
  readonly title = computed(() => {
    const { title, change } = this.#record.value;
    return change?.title ?? this.video.value?.title ?? title ?? titleOf(this.fileName);
  });
  readonly visibility = computed(() => {
    const { visibility, change } = this.#record.value;
    return change?.visibility ?? this.video.value?.visibility ?? visibility;
  });
  /** Name for the tray: the file's, until someone has chosen a title. */
  readonly name = computed(() => (this.title.value === titleOf(this.fileName) ? this.fileName : this.title.value));
  /** 0 to 1. */
  readonly fraction = computed(() => (this.sizeBytes === 0 ? 0 : Math.min(1, this.sentBytes.value / this.sizeBytes)));
  readonly secondsLeft = computed(() =>
    estimateSecondsLeft(this.sizeBytes - this.sentBytes.value, this.bytesPerSecond.value),
  );
  readonly active = computed(() => ['waiting', 'sending', 'finishing'].includes(this.phase.value));
  /** Whether leaving the page would lose the file, so that it must be chosen again. */
  readonly needsPage = computed(() => this.active.value || this.phase.value === 'paused');

  readonly #lock: UploadLock;
  readonly #record: Signal<SavedUpload>;
  #file: File | undefined;
  /** Whether a request to create the upload was sent whose response may be missing. */
  #mayExist: boolean;
  /** Ends with the last change that was sent, so that changes arrive in order. */
  #changing: Promise<unknown> = Promise.resolve();
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(record: SavedUpload, { storedBytes = 0, mayExist = false, video }: StoredUpload = {}) {
    this.#record = signal(record);
    this.#mayExist = mayExist;
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
    return this.phase.value === 'interrupted' && isSameFile(this.#record.value, file);
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
      const videoId = this.#record.value.videoId ?? (await this.#findCreated());
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

  /**
   * Changes the title or visibility of the video: at once if it exists, otherwise with the request that creates it. A
   * change made while that request is in progress is sent after it, since the request must not change when it is repeated.
   *
   * @throws ApiProblemError if the API rejected the change
   */
  async edit(change: DetailsChange): Promise<void> {
    const { videoId, change: pending } = this.#record.value;
    this.changeError.value = null;
    if (videoId !== null) await this.#sendChange(videoId, { ...pending, ...change });
    else if (this.#mayExist) this.#updateRecord({ change: { ...pending, ...change } });
    else this.#updateRecord(change);
  }

  /** Sends the changes that were made before the video existed. Reports a failure in `changeError`. */
  async sendPendingChange(): Promise<void> {
    const { videoId, change } = this.#record.value;
    if (videoId === null || change === undefined) return;
    try {
      await this.#sendChange(videoId, change);
    } catch (reason) {
      this.changeError.value = toApiProblem(reason);
    }
  }

  async #sendChange(videoId: string, change: DetailsChange): Promise<void> {
    const sent = this.#changing.then(() => changeVideo(videoId, change));
    this.#changing = sent.catch(() => undefined);
    const video = await sent;
    batch(() => {
      this.#update(video);
      this.#updateRecord({ ...change, change: undefined });
    });
    pollSoon();
  }

  #update(video: VideoSummary): void {
    this.video.value = this.video.value === null ? video : chooseNewerVideo(this.video.value, video);
  }

  /** Updates the record, and its saved copy unless the upload has ended. */
  #updateRecord(update: { readonly [Name in keyof SavedUpload]?: SavedUpload[Name] | undefined }): void {
    const { change, ...record } = { ...this.#record.value, ...update };
    this.#record.value = { ...record, ...(change !== undefined && { change }) };
    if (this.phase.value !== 'sent') this.kept.value = saveUploads([this.#record.value]);
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
    const { fileName, sizeBytes, visibility, title } = this.#record.value;
    return { fileName, sizeBytes, visibility, ...(title !== undefined && { title }), ...contentTypeOf(file) };
  }

  async #run(file: File, abortSignal: AbortSignal): Promise<void> {
    try {
      await concurrentFiles.use(() => this.#transfer(file, abortSignal), abortSignal);
    } catch (reason) {
      if (abortSignal.aborted) return;
      const error = toApiProblem(reason);
      // A rejected request has created nothing.
      if (error.status >= 400 && error.status < 500 && this.#record.value.uploadId === null) this.#forgetRequest();
      batch(() => {
        this.error.value = error;
        this.phase.value = 'failed';
        this.bytesPerSecond.value = null;
      });
    }
  }

  /** Notes that the last request created nothing: the next one may differ from it, and takes the changes made since. */
  #forgetRequest(): void {
    this.#mayExist = false;
    const { change } = this.#record.value;
    if (change !== undefined) this.#updateRecord({ ...change, change: undefined });
  }

  async #transfer(file: File, abortSignal: AbortSignal): Promise<void> {
    const meter = new RateMeter();
    const measure = (): void => {
      this.bytesPerSecond.value = meter.bytesPerSecond(performance.now());
    };
    // Updates the rate even while no bytes are sent.
    const interval = setInterval(measure, METER_INTERVAL_MS);
    const activity = setInterval(() => this.#reportActivity(abortSignal), ACTIVITY_INTERVAL_MS);
    const { uploadId } = this.#record.value;
    this.phase.value = 'sending';
    this.#mayExist = uploadId === null;
    try {
      const video = await transfer({
        file,
        uploadId,
        newUpload: this.#newUpload(file),
        idempotencyKey: this.key,
        signal: abortSignal,
        onCreated: ({ id, videoId, expiresAt }) => {
          this.#updateRecord({ uploadId: id, videoId, expiresAt });
          this.videoId.value = videoId;
          pollSoon();
          void this.sendPendingChange();
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
        this.#update(video);
        this.phase.value = 'sent';
      });
    } finally {
      clearInterval(interval);
      clearInterval(activity);
    }
    this.forget();
    pollSoon();
  }

  /** Tells the API that the upload is active. A failure has no effect: the upload itself reports errors. */
  #reportActivity(abortSignal: AbortSignal): void {
    const { uploadId } = this.#record.value;
    if (uploadId !== null) getUpload(uploadId, abortSignal).catch(() => undefined);
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
