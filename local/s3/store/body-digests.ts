import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, type RunningChecksum, startChecksum } from './checksums.ts';

/** Digests of a body. */
export interface Digests {
  /** MD5, which becomes the ETag. */
  readonly md5: Buffer;
  /** Requested checksums in Base64. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** Computes the digests of a body while its bytes are streamed. */
export class BodyDigests {
  readonly #md5 = createHash('md5');
  readonly #running: ReadonlyMap<ChecksumAlgorithm, RunningChecksum>;

  constructor(algorithms: Iterable<ChecksumAlgorithm> = []) {
    this.#running = new Map(Array.from(algorithms, (algorithm) => [algorithm, startChecksum(algorithm)]));
  }

  readonly update = (bytes: Buffer): void => {
    this.#md5.update(bytes);
    for (const running of this.#running.values()) running.update(bytes);
  };

  /** Returns the digests. It may be called only once. */
  finish(): Digests {
    const checksums = new Map(
      Array.from(this.#running, ([algorithm, running]) => [algorithm, running.digest().toString('base64')]),
    );
    return { md5: this.#md5.digest(), checksums };
  }
}
