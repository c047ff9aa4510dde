import { getPartUrls } from '../api/operations.ts';
import { localProblem } from '../api/api-problem.ts';
import type { PresignedRequest } from './send-bytes.ts';

/** Few enough to be still valid when their turn comes, on a slow connection too. */
const BATCH_SIZE = 12;
/** They are valid for an hour. Measured from their arrival, since the clock of a client may be wrong. */
const MAX_URL_AGE_MS = 30 * 60_000;

interface Ready {
  readonly request: PresignedRequest;
  readonly arrivedAtMs: number;
}

/** Presigned requests for the parts of one upload, fetched some at a time as they are needed. */
export class PartUrlSource {
  readonly #uploadId: string;
  readonly #signal: AbortSignal;
  readonly #urls = new Map<number, Ready>();
  #fetching: Promise<void> | undefined;

  constructor(uploadId: string, signal: AbortSignal) {
    this.#uploadId = uploadId;
    this.#signal = signal;
  }

  /** @param upcoming parts that will be asked for after this one */
  async take(partNumber: number, upcoming: readonly number[]): Promise<PresignedRequest> {
    // One batch at a time: what another part fetches may hold this one's too.
    while (!this.#isReady(partNumber)) {
      this.#fetching ??= this.#fetch([partNumber, ...upcoming.slice(0, BATCH_SIZE - 1)]).finally(() => {
        this.#fetching = undefined;
      });
      await this.#fetching;
    }
    const ready = this.#urls.get(partNumber);
    this.#urls.delete(partNumber);
    if (ready === undefined) throw localProblem('unexpected_answer', `No address for part ${partNumber}.`);
    return ready.request;
  }

  #isReady(partNumber: number): boolean {
    const ready = this.#urls.get(partNumber);
    return ready !== undefined && performance.now() - ready.arrivedAtMs < MAX_URL_AGE_MS;
  }

  async #fetch(partNumbers: readonly number[]): Promise<void> {
    const { parts } = await getPartUrls(this.#uploadId, partNumbers, this.#signal);
    const arrivedAtMs = performance.now();
    for (const { partNumber, request } of parts) this.#urls.set(partNumber, { request, arrivedAtMs });
    const [asked] = partNumbers;
    if (asked !== undefined && !this.#urls.has(asked)) {
      throw localProblem('unexpected_answer', `No address for part ${asked}.`);
    }
  }
}
