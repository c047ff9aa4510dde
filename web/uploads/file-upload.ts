import { batch, computed, signal } from '@preact/signals';
import type { NewUpload } from '../../lambdas/contracts/api/upload.ts';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { ApiProblemError, asApiProblem, localProblem } from '../api/api-problem.ts';
import { createUpload, deleteVideo } from '../api/operations.ts';
import { pollSoon } from '../feed/feed.ts';
import { Semaphore } from './semaphore.ts';
import { RateMeter, secondsLeft } from './rate-meter.ts';
import { forgetUpload, isSameFile, saveUploads, type SavedUpload } from './saved-uploads.ts';
import { transfer } from './transfer.ts';
import { UploadLock } from './upload-lock.ts';

/**
 * `waiting` for its turn, `sending`, `finishing` when all bytes are there, `sent`; `failed` with an error;
 * `paused` because nobody is signed in; `interrupted` by the end of the page, so that the file has to be chosen again;
 * `canceling` until what was sent is gone.
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

/** What is there already of an upload that another page began. */
interface StoredUpload {
  readonly storedBytes?: number;
  /** Where all of it has arrived. */
  readonly video?: VideoSummary;
}

const concurrentFiles = new Semaphore(3);
const METER_INTERVAL_MS = 1000;

/** What S3 is told; the chain looks at the bytes and not at this. */
function contentTypeOf({ type }: File): Pick<NewUpload, 'contentType'> {
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? { contentType: type } : {};
}

/** One file on its way into the bucket, as the tray shows it. */
export class FileUpload {
  readonly key: string;
  readonly ownerId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly phase = signal<UploadPhase>('interrupted');
  readonly sentBytes = signal(0);
  readonly bytesPerSecond = signal<number | null>(null);
  readonly videoId = signal<string | null>(null);
  /** What became of it since it was sent. */
  readonly video = signal<VideoSummary | null>(null);
  readonly error = signal<ApiProblemError | null>(null);
  /** 0 to 1. */
  readonly fraction = computed(() => (this.sizeBytes === 0 ? 0 : Math.min(1, this.sentBytes.value / this.sizeBytes)));
  readonly secondsLeft = computed(() => secondsLeft(this.sizeBytes - this.sentBytes.value, this.bytesPerSecond.value));
  readonly active = computed(() => ['waiting', 'sending', 'finishing'].includes(this.phase.value));
  /** Whether leaving the page would lose the file, which would have to be chosen again. */
  readonly needsPage = computed(() => this.active.value || this.phase.value === 'paused');

  readonly #lock: UploadLock;
  #record: SavedUpload;
  #file: File | undefined;
  /** Whether an announcement has gone out whose answer may not have come. */
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

  /** Whether this is the file that the upload was interrupted with. */
  matches(file: File): boolean {
    return this.phase.value === 'interrupted' && isSameFile(this.#record, file);
  }

  /** @param file chosen again, of an interrupted upload; or for the first time */
  start(file?: File): void {
    if (file !== undefined) this.#file = file;
    const chosen = this.#file;
    const stop = new AbortController();
    this.#stop = stop;
    batch(() => {
      this.error.value = this.sizeBytes === 0 ? localProblem('empty_file', 'The file is empty.') : null;
      if (this.error.value !== null) this.phase.value = 'failed';
      else this.phase.value = chosen === undefined ? 'interrupted' : 'waiting';
    });
    if (chosen === undefined || !this.active.value) return;
    this.#lock.hold();
    this.#running = this.#run(chosen, stop.signal);
  }

  /** Stops sending, to go on when `start` is called again: nothing of it is given up. */
  pause(): void {
    if (!this.active.value) return;
    this.#stop.abort();
    this.phase.value = 'paused';
  }

  /**
   * Ends it, and takes away what was stored of it, with the video that it was to become or has become.
   *
   * @throws ProblemError when that did not work; it can be canceled again, or gone on with
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
      if (videoId !== null) await removeVideo(videoId);
    } catch (error) {
      batch(() => {
        this.error.value = asApiProblem(error);
        this.phase.value = 'failed';
      });
      throw error;
    }
    this.forget();
    pollSoon();
  }

  /** Another page may offer it from now on, if it was kept. */
  release(): void {
    this.#lock.release();
  }

  /** It is over, here and for every page to come. */
  forget(): void {
    forgetUpload(this.key);
    this.release();
  }

  /** Of an announcement that was not waited for: the same once more is answered with what that one made. */
  async #findCreated(): Promise<string | null> {
    if (!this.#mayExist || this.#file === undefined) return null;
    const { videoId } = await createUpload(this.#newUpload(this.#file), this.key);
    return videoId;
  }

  #newUpload(file: File): NewUpload {
    const { fileName, sizeBytes, visibility } = this.#record;
    return { fileName, sizeBytes, visibility, ...contentTypeOf(file) };
  }

  async #run(file: File, stopped: AbortSignal): Promise<void> {
    try {
      await concurrentFiles.use(() => this.#transfer(file, stopped), stopped);
    } catch (reason) {
      if (stopped.aborted) return;
      const error = asApiProblem(reason);
      // Refused, it has made nothing.
      if (error.status >= 400 && error.status < 500) this.#mayExist = false;
      batch(() => {
        this.error.value = error;
        this.phase.value = 'failed';
        this.bytesPerSecond.value = null;
      });
    }
  }

  async #transfer(file: File, stopped: AbortSignal): Promise<void> {
    const meter = new RateMeter();
    const measure = (): void => {
      this.bytesPerSecond.value = meter.bytesPerSecond(performance.now());
    };
    // While nothing goes out, nothing else would tell how long that has been so.
    const beat = setInterval(measure, METER_INTERVAL_MS);
    this.phase.value = 'sending';
    this.#mayExist = this.#record.uploadId === null;
    try {
      const video = await transfer({
        file,
        uploadId: this.#record.uploadId,
        newUpload: this.#newUpload(file),
        idempotencyKey: this.key,
        signal: stopped,
        onCreated: ({ id, videoId, expiresAt }) => {
          this.#record = { ...this.#record, uploadId: id, videoId, expiresAt };
          this.videoId.value = videoId;
          saveUploads([this.#record]);
          pollSoon();
        },
        onProgress: (sentBytes) => {
          if (stopped.aborted) return;
          meter.record(performance.now(), sentBytes);
          batch(() => {
            this.sentBytes.value = sentBytes;
            measure();
          });
        },
        onSent: () => {
          if (!stopped.aborted) this.phase.value = 'finishing';
        },
      });
      if (stopped.aborted) return;
      batch(() => {
        this.video.value = video;
        this.phase.value = 'sent';
      });
    } finally {
      clearInterval(beat);
    }
    this.forget();
    pollSoon();
  }
}

/** One that is gone already is as good as deleted. */
async function removeVideo(videoId: string): Promise<void> {
  try {
    await deleteVideo(videoId);
  } catch (error) {
    if (!(error instanceof ApiProblemError) || error.status !== 404) throw error;
  }
}
