import { getPartUrls } from '../api/uploads.ts';
import { localError } from '../api/api-problem.ts';
import type { PresignedRequest } from './send-bytes.ts';

/** Few enough to be still valid when their turn comes, on a slow connection too. */
const BATCH = 12;
/** They are valid for an hour. Measured from their arrival, since the clock of a client may be wrong. */
const FRESH_MS = 30 * 60_000;

interface Ready {
  readonly request: PresignedRequest;
  readonly arrivedAtMs: number;
}

/** Presigned requests for the parts of one upload, fetched some at a time as they are needed. */
export class PartUrlSource {
  readonly #uploadId: string;
  readonly #signal: AbortSignal;
  readonly #ready = new Map<number, Ready>();
  #fetching: Promise<void> | undefined;

  constructor(uploadId: string, signal: AbortSignal) {
    this.#uploadId = uploadId;
    this.#signal = signal;
  }

  /** @param upcoming parts that will be asked for after this one */
  async take(partNumber: number, upcoming: readonly number[]): Promise<PresignedRequest> {
    // One batch at a time: what another part fetches may hold this one's too.
    while (!this.#isReady(partNumber)) {
      this.#fetching ??= this.#fetch([partNumber, ...upcoming.slice(0, BATCH - 1)]).finally(() => {
        this.#fetching = undefined;
      });
      await this.#fetching;
    }
    const ready = this.#ready.get(partNumber);
    this.#ready.delete(partNumber);
    if (ready === undefined) throw localError('unexpected_answer', `No address for part ${partNumber}.`);
    return ready.request;
  }

  #isReady(partNumber: number): boolean {
    const ready = this.#ready.get(partNumber);
    return ready !== undefined && performance.now() - ready.arrivedAtMs < FRESH_MS;
  }

  async #fetch(partNumbers: readonly number[]): Promise<void> {
    const { parts } = await getPartUrls(this.#uploadId, partNumbers, this.#signal);
    const arrivedAtMs = performance.now();
    for (const { partNumber, request } of parts) this.#ready.set(partNumber, { request, arrivedAtMs });
    const [asked] = partNumbers;
    if (asked !== undefined && !this.#ready.has(asked)) {
      throw localError('unexpected_answer', `No address for part ${asked}.`);
    }
  }
}
