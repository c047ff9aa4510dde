import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, type RunningChecksum, startChecksum } from './checksums.ts';

/** Computes the MD5, which becomes the ETag, and the requested checksums while bytes are streamed. */
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

  /** Returns the digests, with checksums in Base64. It may be called only once. */
  finish(): { md5: Buffer; checksums: ReadonlyMap<ChecksumAlgorithm, string> } {
    const checksums = new Map(
      Array.from(this.#running, ([algorithm, running]) => [algorithm, running.digest().toString('base64')]),
    );
    return { md5: this.#md5.digest(), checksums };
  }
}
