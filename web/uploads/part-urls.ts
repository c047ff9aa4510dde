import type { PresignedRequest } from '../../lambdas/contracts/api/upload.ts';
import { makeLocalProblem } from '../api/api-problem.ts';
import { getPartUrls } from '../api/operations.ts';

/** Number of URLs per request, small enough that they are still valid when used, even on a slow connection. */
const BATCH_SIZE = 12;
/** URLs are valid for an hour, or until the session of their signer ends. Their age counts from arrival, since the client's clock may be wrong. */
const MAX_URL_AGE_MS = 30 * 60_000;

interface ReceivedUrl {
  readonly request: PresignedRequest;
  readonly arrivedAtMs: number;
}

/** Presigned requests for the parts of one upload, fetched in batches as needed. */
export class PartUrlSource {
  readonly #uploadId: string;
  readonly #signal: AbortSignal;
  readonly #urls = new Map<number, ReceivedUrl>();
  #fetching: Promise<void> | undefined;

  constructor(uploadId: string, signal: AbortSignal) {
    this.#uploadId = uploadId;
    this.#signal = signal;
  }

  /**
   * Returns the presigned request of a part.
   *
   * @param upcoming parts that are needed next
   */
  async take(partNumber: number, upcoming: readonly number[]): Promise<PresignedRequest> {
    // One batch at a time: a batch fetched for another part may contain this one.
    while (!this.#isReady(partNumber)) {
      this.#fetching ??= this.#fetch([partNumber, ...upcoming.slice(0, BATCH_SIZE - 1)]).finally(() => {
        this.#fetching = undefined;
      });
      await this.#fetching;
    }
    const ready = this.#urls.get(partNumber);
    this.#urls.delete(partNumber);
    if (ready === undefined)
      throw makeLocalProblem('unexpected_answer', `The API returned no URL for part ${partNumber}.`);
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
    const [first] = partNumbers;
    if (first !== undefined && !this.#urls.has(first)) {
      throw makeLocalProblem('unexpected_answer', `The API returned no URL for part ${first}.`);
    }
  }
}
