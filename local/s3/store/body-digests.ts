import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, type RunningChecksum, startChecksum } from './checksums.ts';

/** MD5, which makes the ETag, and the checksums asked for, over bytes as they come. */
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

  /** May be called once. Checksums in base64. */
  finish(): { md5: Buffer; checksums: ReadonlyMap<ChecksumAlgorithm, string> } {
    const checksums = new Map(
      Array.from(this.#running, ([algorithm, running]) => [algorithm, running.digest().toString('base64')]),
    );
    return { md5: this.#md5.digest(), checksums };
  }
}
