import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/** Size at which a log is renamed when the cloud starts. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** Log file of one function, continued at each start. */
export class FunctionLog {
  readonly #stream: WriteStream;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(path, `${path}.old`);
    this.#stream = createWriteStream(path, { flags: 'a' });
    // A full disk must not end the cloud because of a log.
    this.#stream.on('error', () => undefined);
  }

  write(text: Buffer | string): void {
    this.#stream.write(text);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stream.closed) resolve();
      else this.#stream.once('close', resolve).end();
    });
  }
}
