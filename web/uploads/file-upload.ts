import { batch, computed, signal } from '@preact/signals';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { asApiError, type ApiError } from '../api/problem.ts';
import { abandonUpload } from '../api/uploads.ts';
import { wakeFeed } from '../feed/feed.ts';
import { Places } from './places.ts';
import { RateMeter, secondsLeft } from './rate-meter.ts';
import { forgetUpload, saveUpload, type SavedUpload } from './saved-uploads.ts';
import { transfer } from './transfer.ts';

/**
 * `waiting` for its turn, `sending`, `finishing` when all bytes are there, `sent`; `failed` with an error;
 * `interrupted` by the end of the page, so that the file has to be chosen again.
 */
export type UploadPhase = 'waiting' | 'sending' | 'finishing' | 'sent' | 'failed' | 'interrupted';

const filesAtOnce = new Places(3);

/** No two tabs send the same file: whoever sends it holds the lock of this name. */
export const lockOf = (uploadId: string): string => `sluice.upload.${uploadId}`;

/** One file on its way into the bucket, as the tray shows it. */
export class FileUpload {
  readonly key: string = crypto.randomUUID();
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly phase = signal<UploadPhase>('waiting');
  readonly sentBytes = signal(0);
  readonly bytesPerSecond = signal<number | null>(null);
  readonly videoId = signal<string | null>(null);
  /** What became of it since it was sent. */
  readonly video = signal<VideoSummary | null>(null);
  readonly error = signal<ApiError | null>(null);
  /** 0 to 1. */
  readonly fraction = computed(() => Math.min(1, this.sentBytes.value / this.sizeBytes));
  readonly secondsLeft = computed(() => secondsLeft(this.sizeBytes - this.sentBytes.value, this.bytesPerSecond.value));
  readonly active = computed(() => ['waiting', 'sending', 'finishing'].includes(this.phase.value));

  #file: File | undefined;
  #uploadId: string | null;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** @param storedBytes of an interrupted one, that need not be sent again */
  constructor(source: File | SavedUpload, storedBytes = 0) {
    if (source instanceof File) {
      this.#file = source;
      this.#uploadId = null;
      this.fileName = source.name;
      this.sizeBytes = source.size;
    } else {
      this.#uploadId = source.uploadId;
      this.fileName = source.fileName;
      this.sizeBytes = source.sizeBytes;
      this.videoId.value = source.videoId;
      this.phase.value = 'interrupted';
      this.sentBytes.value = storedBytes;
    }
  }

  /** Whether this is the file that the upload was interrupted with. */
  matches(file: File): boolean {
    return this.phase.value === 'interrupted' && file.name === this.fileName && file.size === this.sizeBytes;
  }

  /** @param file chosen again, of an interrupted upload */
  start(file?: File): void {
    if (file !== undefined) this.#file = file;
    this.#stop = new AbortController();
    batch(() => {
      this.phase.value = 'waiting';
      this.error.value = null;
    });
    this.#running = this.#run(this.#stop.signal);
  }

  /** Ends it, and takes away what was stored of it. */
  async cancel(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    if (this.#uploadId === null) return;
    forgetUpload(this.#uploadId);
    await abandonUpload(this.#uploadId).catch(() => undefined);
    wakeFeed();
  }

  async #run(stopped: AbortSignal): Promise<void> {
    try {
      await filesAtOnce.use(() => this.#transfer(stopped), stopped);
    } catch (error) {
      if (stopped.aborted) return;
      batch(() => {
        this.error.value = asApiError(error);
        this.phase.value = 'failed';
        this.bytesPerSecond.value = null;
      });
    }
  }

  async #transfer(stopped: AbortSignal): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    const meter = new RateMeter();
    this.phase.value = 'sending';
    const free = Promise.withResolvers<void>();
    try {
      this.video.value = await transfer({
        file,
        uploadId: this.#uploadId,
        idempotencyKey: this.key,
        signal: stopped,
        onAnnounced: ({ id, videoId, expiresAt }) => {
          this.#uploadId = id;
          this.videoId.value = videoId;
          saveUpload({ uploadId: id, videoId, fileName: file.name, sizeBytes: file.size, expiresAt });
          void navigator.locks?.request(lockOf(id), () => free.promise);
          wakeFeed();
        },
        onProgress: (sentBytes) => {
          meter.record(performance.now(), sentBytes);
          batch(() => {
            this.sentBytes.value = sentBytes;
            this.bytesPerSecond.value = meter.bytesPerSecond(performance.now());
          });
        },
        onSent: () => {
          this.phase.value = 'finishing';
        },
      });
    } finally {
      free.resolve();
    }
    if (this.#uploadId !== null) forgetUpload(this.#uploadId);
    this.phase.value = 'sent';
    wakeFeed();
  }
}
